"""Characters from which names of people who do not exist are put together, and what registers say of people."""

from xingdun.sample.vocabulary.words import words

# The commonest surnames, commonest first; `draw.py` weights them by rank.
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟"
    "姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文"
)
COMPOUND_SURNAMES = ("欧阳", "上官", "司马", "诸葛", "令狐", "东方", "皇甫", "尉迟")

GIVEN_FEMALE = (
    "芳娜敏静秀娟英华慧巧美玉兰凤洁梅琳素云莲真环雪荣爱妹霞香月莺媛艳瑞凡佳嘉琼勤珍贞莉桂娣叶璧璐娅琦晶妍茜秋珊莎锦黛青"
    "倩婷姣婉娴瑾颖露瑶怡婵雁蓓纨仪荷丹蓉眉君琴蕊薇菁梦岚苑婕馨瑗琰韵融园艺咏卿聪澜纯毓悦昭冰爽琬茗羽希宁欣飘育滢馥筠柔竹"
)
GIVEN_MALE = (
    "伟刚勇毅俊峰强军平保东文辉力明永健世广志义兴良海山仁波宁贵福生龙元全国胜学祥才发武新利清飞彬富顺信子杰涛昌成康星光天达"
    "安岩中茂进林有坚和彪博诚先敬震振壮会思群豪心邦承乐绍功松善厚庆磊民友裕河哲江超浩亮政谦亨奇固之轮翰朗伯宏言若鸣朋斌梁栋"
)

ETHNIC_GROUPS = words(
    "汉族 壮族 回族 满族 维吾尔族 苗族 彝族 土家族 藏族 蒙古族 侗族 布依族 瑶族 白族 朝鲜族 "
    "哈尼族 黎族 哈萨克族 傣族 畲族"
)
BLOOD_TYPES = ("A", "B", "O", "AB", "不详")
MARITAL = ("未婚", "已婚", "离异", "丧偶")
OCCUPATIONS = words("职员 工人 农民 教师 退休 个体经营 公务员 司机 厨师 护士 工程师 无业 军人")
RELATIONS = words("配偶 子 女 父亲 母亲 兄弟 姐妹 祖父母 朋友 同事")

TITLES = words(
    "主任医师 副主任医师 主治医师 住院医师 主任护师 副主任护师 主管护师 护师 护士 主管技师 技师 主管药师 药师 科员"
)
EDUCATION = words("博士 硕士 本科 大专 中专")

# Assigned prefixes of mobile numbers; the eight digits behind them are drawn at random.
MOBILE_PREFIXES = words(
    "130 131 132 133 134 135 136 137 138 139 150 151 152 153 155 156 157 158 159 166 173 175 176 177 178 180 181 182 "
    "183 184 185 186 187 188 189 191 193 195 198 199"
)
AREA_CODES = words("010 021 022 023 025 027 028 029 0571 0574 0512 0755 0592 0531 0411 0371 0731 0871 0991 0931")

# Prefixes in the 62 range as Chinese bank cards show them.
CARD_PREFIXES = words("622202 622848 622700 621661 622588 622260 621799 622622 625912 621483")
BANKS = words("工商银行 农业银行 建设银行 中国银行 招商银行 交通银行 邮储银行 民生银行 广发银行 浦发银行")
# Reserved for examples (RFC 2606), so that no message can reach anyone.
MAIL_DOMAINS = ("example.com", "example.org", "example.net", "mail.example", "xinglin.example")

LATIN_SURNAMES = words("SMITH JOHNSON BROWN MULLER SATO TANAKA KIM NGUYEN GARCIA IVANOV SILVA COSTA ROSSI HANSEN")
LATIN_GIVEN = words("ANNA JAMES MARIA DAVID YUKI MIN LINH PEDRO OLGA LUCA EMMA HIRO SOFIA PAUL")
NATIONALITIES = words("美国 英国 德国 日本 韩国 越南 西班牙 俄罗斯 巴西 意大利 丹麦 法国")
