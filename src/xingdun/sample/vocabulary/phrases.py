"""Sentences of records, with slots in braces that `writing.py` fills; most carry identifiers, as real records do."""

from xingdun.sample.vocabulary.words import words

ADMISSION_NOTES = (
    (
        "患者{name}，{sex}，{age}岁，{ethnic}，身份证号{id_no}，现住{address}，联系电话{phone}。因“{complaint}”于{date}入院。"
        "现病史：患者{days}天前无明显诱因出现{complaint}，曾在外院就诊，效果欠佳，由其{relation}{contact}（电话{contact_phone}）陪同来院。"
        "既往史：否认药物过敏史。初步诊断：{diagnosis}。主管医师：{doctor}。"
    ),
    (
        "主诉：{complaint}{days}天。{name}诉近日症状加重，伴乏力、纳差，无发热。病史由患者本人及家属{contact}提供，可靠。"
        "查体：T {temp}℃，P {pulse}次/分，BP {bp}mmHg，神清，精神可。辅助检查见LIS报告。诊断考虑{diagnosis}。"
        "已与患方沟通病情，签署知情同意书，家属手机{contact_phone}。医师签名：{doctor}"
    ),
    (
        "入院记录 住院号{mrn} 姓名：{name} 性别：{sex} 年龄：{age}岁 住址：{address} 联系人：{contact}（{relation}） "
        "电话：{contact_phone} 入院日期：{date} 主诉：{complaint}。体格检查：心肺听诊未闻及明显异常，腹软，无压痛。"
        "入院诊断：{diagnosis}。记录医师 {doctor}"
    ),
)
PROGRESS_NOTES = (
    (
        "{date} 查房记录：{doctor}主任医师查房，患者今日一般情况可，{complaint}较前缓解，T {temp}℃，BP {bp}mmHg。"
        "继续目前治疗方案，注意监测电解质，明日复查血常规。"
    ),
    "病程记录：床旁询问{name}，诉夜间睡眠差，食欲一般，大小便正常。{diagnosis}诊断明确，治疗有效。请家属{contact}来院商议下一步方案。",
    "患者病情平稳，未诉特殊不适。切口干燥无渗出，肠鸣音正常。今予拔除引流管，嘱半流质饮食，下床活动。",
    (
        "抢救记录：{date}患者突发意识不清，立即予心电监护、吸氧，BP {bp}mmHg，P {pulse}次/分。{doctor}到场指导抢救，"
        "电话通知家属{contact}（{contact_phone_wide}），10分钟后意识恢复。"
    ),
    "上级医师{doctor}查房后指示：结合病史及检查结果，{diagnosis}可能性大，建议完善增强CT，必要时请多学科会诊。",
)
DISCHARGE_NOTES = (
    (
        "出院小结：{name}，{sex}，{age}岁，住院号{mrn}，于{date}入院，诊断{diagnosis}，经治疗好转出院。出院医嘱：按时服药，"
        "低盐低脂饮食，{days}天后门诊复查，不适随诊。随访电话{phone}，微信同号。经治医师{doctor}。"
    ),
    "患者经治疗后{complaint}消失，复查指标较前下降，予带药出院。医保报销材料寄至{address}，收件人{contact}，电话{contact_phone}。",
)
COMPLAINTS_OF_PATIENTS = words(
    "咳嗽咳痰 胸闷气短 上腹部疼痛 头晕头痛 发热 腰背部疼痛 心悸 右下腹疼痛 恶心呕吐 双下肢水肿 关节肿痛 视物模糊 "
    "言语不清 尿频尿急 乏力消瘦 皮疹伴瘙痒 停经伴腹痛 多饮多尿 吞咽困难 反复便血"
)

IMAGING_FINDINGS = {
    "胸部CT平扫": (
        "胸廓对称，双肺纹理增多，右肺下叶见{mm}mm磨玻璃结节，边界尚清，余肺野未见实变影。纵隔淋巴结未见肿大，心影不大。",
        "双肺散在斑片状密度增高影，以双下肺为著，左侧胸腔少量积液。主动脉壁钙化。",
    ),
    "头颅MRI平扫": (
        "双侧基底节区见点状长T1长T2信号，脑室系统未见扩张，中线结构居中，幕下小脑脑干未见异常。",
        "左侧颞叶见约{mm}mm异常信号灶，DWI呈高信号，余脑实质未见明显异常。",
    ),
    "腹部超声": (
        "肝脏形态大小正常，实质回声细密，胆囊内见{mm}mm强回声伴声影，可随体位移动，胰脾未见异常。",
        "肝实质回声增强，血管网显示欠清；双肾大小形态正常，集合系统未见分离。",
    ),
    "腰椎正侧位DR": (
        "腰椎生理曲度变直，L4/5椎间隙变窄，椎体缘见骨质增生，未见骨折及脱位征象。",
        "腰椎序列连续，各椎体骨质未见明显破坏，椎间隙未见狭窄。",
    ),
    "乳腺钼靶": (
        "双乳腺体呈不均匀致密型，左乳外上象限见{mm}mm结节影，边缘欠光整，BI-RADS 4A。",
        "双乳未见明确肿块及恶性钙化，BI-RADS 2。",
    ),
    "心脏彩超": (
        "左房轻度增大，室间隔厚度{mm}mm，左室收缩功能正常，EF 62%，二尖瓣轻度反流。",
        "各房室腔内径正常，室壁运动协调，未见节段性运动异常，EF 65%。",
    ),
}
IMAGING_HEADS = (
    "影像号{exam_no} 患者{name} {sex} {age}岁 门诊号{visit}。",
    "姓名：{name}，身份证：{id_no}，检查日期{date}。",
    "申请科室{department}，申请医师{doctor}。",
    "",
)
IMAGING_CONCLUSIONS = (
    "考虑炎性改变，建议抗炎治疗后复查。",
    "结节，建议3个月后复查或进一步检查。",
    "未见明显异常。",
    "退行性改变，请结合临床。",
    "危急值已于{date}电话告知{doctor}，并通知患者本人（{phone}）。",
)

FOLLOW_UP = (
    "电话联系{name}本人，恢复良好，按时服药，无不适。",
    "由{relation}{contact}接听（{contact_phone}），称患者目前在{city}休养，下周来院复诊。",
    "拨打{phone}无人接听，短信提醒复诊。",
    "患者诉服药后偶有头晕，建议监测血压，必要时来院，已转告{doctor}。",
    "号码{phone_dashed}为空号，改拨家属{contact_phone}，已停机。",
)
GRIEVANCES = (
    "{name}来电反映{date}在{department}就诊候诊时间过长，要求改善预约流程，回电{phone}。",
    "患者家属{contact}（身份证{id_no}）投诉收费单据有误，要求核对费用明细，退费至银行卡{card}。",
    "来信投诉{department}护士态度生硬，落款{name}，地址{address}。",
    "反映停车困难，车牌{plate}被误收费，联系人{name}，邮箱{email}。",
    "建议增加自助机数量，未留联系方式。",
    "投诉检查报告被他人查看，怀疑个人信息泄露，要求书面答复，电话{phone}。",
)
GRIEVANCE_KINDS = words("服务态度 候诊时间 收费问题 医疗质量 信息泄露 后勤保障 建议")

ORDER_TEXTS = (
    "一级护理",
    "二级护理",
    "低盐低脂饮食",
    "糖尿病饮食",
    "心电监护",
    "吸氧 2L/min",
    "记24小时出入量",
    "血常规",
    "肝肾功能",
    "胸部CT平扫",
    "术前准备",
    "导尿",
    "雾化吸入 bid",
    "静脉采血",
    "测血压 q6h",
    "换药",
)
FREQUENCIES = ("qd", "bid", "tid", "qn", "q8h", "q12h", "st", "prn")
ROUTES = ("口服", "静脉滴注", "肌肉注射", "皮下注射", "雾化吸入", "外用")
