"""Words of a hospital's administration: fees, devices, accounts, suppliers, research projects."""

from xingdun.sample.vocabulary.words import words

# code | item | unit price | kind
FEE_ITEMS = tuple(
    tuple(line.split("|"))
    for line in """\
110200001|普通门诊诊查费|15.00|诊查费
110200002|副主任医师门诊诊查费|30.00|诊查费
110200003|主任医师门诊诊查费|50.00|诊查费
110900001|三人间床位费|45.00|床位费
110900002|双人间床位费|80.00|床位费
120100001|Ⅰ级护理|36.00|护理费
120100002|Ⅱ级护理|18.00|护理费
120400002|静脉输液|12.00|治疗费
120400006|静脉采血|6.00|治疗费
210200001|磁共振平扫|560.00|检查费
210300001|X线计算机体层平扫|260.00|检查费
220301001|彩色多普勒超声常规检查|120.00|检查费
210102015|数字化摄影|70.00|检查费
250101015|血细胞分析|20.00|化验费
250305001|肝功能组合|85.00|化验费
250307001|肾功能组合|60.00|化验费
250302001|葡萄糖测定|8.00|化验费
250403004|乙型肝炎表面抗原测定|25.00|化验费
310701001|常规心电图检查|26.00|检查费
310800024|血液透析|420.00|治疗费
330100005|全身麻醉|900.00|手术费
331008001|阑尾切除术|1260.00|手术费
331523001|人工关节置换术|3800.00|手术费
480000001|中医辨证论治|22.00|治疗费
901000001|西药费|48.60|药费
901000002|中成药费|36.20|药费
902000001|一次性材料费|18.90|材料费
""".splitlines()
)
PAY_KINDS = words("城镇职工医保 城乡居民医保 自费 商业保险 公费 工伤保险")
PAY_WAYS = words("微信 支付宝 银行卡 现金 医保账户")

DEVICE_KINDS = (
    ("CT", "医学影像"),
    ("MRI", "医学影像"),
    ("DR", "医学影像"),
    ("超声诊断仪", "医学影像"),
    ("监护仪", "生命支持"),
    ("呼吸机", "生命支持"),
    ("输液泵", "生命支持"),
    ("全自动生化分析仪", "检验"),
    ("血细胞分析仪", "检验"),
    ("PACS服务器", "信息"),
    ("HIS应用服务器", "信息"),
    ("自助挂号机", "信息"),
    ("护士移动终端", "信息"),
    ("防火墙", "信息"),
)
DEVICE_MAKERS = ("示例医疗科技", "样本影像设备", "演示信息技术", "合成仪器")
DEVICE_EVENTS = (
    "DICOM association accepted from {ip}",
    "user login {user} from {ip}",
    "C-STORE completed, {count} instances",
    "self test passed",
    "heartbeat lost, retry {count}",
    "configuration changed by {user}",
    "remote maintenance session opened from {ip}",
    "disk usage {count}%",
    "login failed for {user} from {ip}",
)
LEVELS = ("INFO", "WARN", "ERROR")

AUDIT_ACTIONS = (
    "LOGIN",
    "LOGOUT",
    "QUERY_PATIENT",
    "PRINT_REPORT",
    "MODIFY_ORDER",
    "EXPORT",
    "VIEW_EMR",
    "REFUND",
    "GRANT_ROLE",
)
HIS_ROLES = words("DOCTOR NURSE PHARMACIST CASHIER LAB RADIOLOGY ADMIN REPORT")

SUPPLIER_WORDS = words("康泽 瑞安 博远 华信 恒济 安诺 同仁达 百川 嘉禾 众诚 宏图 维康 新域 云图 杏和")
SUPPLIER_KINDS = (
    "医药有限公司",
    "医疗器械有限公司",
    "信息技术有限公司",
    "生物科技股份有限公司",
    "物流有限公司",
    "医用气体有限公司",
)
SUPPLY = words("药品 医疗器械 医用耗材 信息系统运维 被服洗涤 医疗废物处置 检验试剂")

PROJECTS = (
    "2型糖尿病肾病进展的前瞻性队列研究",
    "非小细胞肺癌靶向治疗耐药机制研究",
    "遗传性乳腺癌易感基因筛查",
    "缺血性脑卒中二级预防多中心研究",
    "慢性乙型肝炎抗病毒治疗长期随访",
    "妊娠期糖尿病母婴结局研究",
    "老年共病患者用药安全研究",
    "遗传性耳聋基因筛查",
    "心房颤动抗凝治疗真实世界研究",
    "类风湿关节炎生物标志物研究",
)
PHYSICAL_CONCLUSIONS = (
    "未见明显异常",
    "血压偏高，建议内科门诊随访",
    "血脂偏高，建议低脂饮食、定期复查",
    "甲状腺结节，建议6个月复查超声",
    "脂肪肝（轻度）",
    "空腹血糖受损，建议内分泌科就诊",
)
