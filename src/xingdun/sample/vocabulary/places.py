"""Provinces, cities and districts, with roads so common that they name no place."""

from xingdun.sample.vocabulary.words import words

# province | plate character | first two digits of its administrative code | city | districts
_PLACES = """\
北京市|京|11|北京市|东城区 西城区 朝阳区 海淀区 丰台区
天津市|津|12|天津市|和平区 南开区 河西区
河北省|冀|13|石家庄市|长安区 桥西区 裕华区
山西省|晋|14|太原市|小店区 迎泽区
内蒙古自治区|蒙|15|呼和浩特市|新城区 回民区
辽宁省|辽|21|沈阳市|和平区 沈河区 铁西区
吉林省|吉|22|长春市|南关区 朝阳区
黑龙江省|黑|23|哈尔滨市|道里区 南岗区
上海市|沪|31|上海市|黄浦区 徐汇区 浦东新区 杨浦区
江苏省|苏|32|南京市|玄武区 鼓楼区 建邺区
江苏省|苏|32|苏州市|姑苏区 吴中区 昆山市
浙江省|浙|33|杭州市|西湖区 拱墅区 滨江区 余杭区
浙江省|浙|33|宁波市|海曙区 鄞州区
安徽省|皖|34|合肥市|庐阳区 蜀山区
福建省|闽|35|厦门市|思明区 湖里区
江西省|赣|36|南昌市|东湖区 青山湖区
山东省|鲁|37|济南市|历下区 市中区
山东省|鲁|37|青岛市|市南区 崂山区
河南省|豫|41|郑州市|金水区 中原区
湖北省|鄂|42|武汉市|武昌区 洪山区 江汉区
湖南省|湘|43|长沙市|岳麓区 芙蓉区
广东省|粤|44|广州市|天河区 越秀区 海珠区
广东省|粤|44|深圳市|南山区 福田区 龙岗区
广西壮族自治区|桂|45|南宁市|青秀区 西乡塘区
海南省|琼|46|海口市|龙华区 美兰区
重庆市|渝|50|重庆市|渝中区 江北区 沙坪坝区
四川省|川|51|成都市|武侯区 锦江区 青羊区
贵州省|贵|52|贵阳市|云岩区 南明区
云南省|云|53|昆明市|五华区 盘龙区
西藏自治区|藏|54|拉萨市|城关区
陕西省|陕|61|西安市|雁塔区 碑林区
甘肃省|甘|62|兰州市|城关区 七里河区
青海省|青|63|西宁市|城中区
宁夏回族自治区|宁|64|银川市|兴庆区
新疆维吾尔自治区|新|65|乌鲁木齐市|天山区 沙依巴克区
"""

_ROWS = [line.split("|") for line in _PLACES.splitlines()]
# "浙江省杭州市西湖区"; a municipality is not said twice.
DISTRICTS = tuple(
    (province if province == city else province + city) + district
    for province, _, _, city, districts in _ROWS
    for district in districts.split()
)
PLATE_CHARACTERS = tuple(dict.fromkeys(row[1] for row in _ROWS))
PROVINCE_CODES = tuple(dict.fromkeys(row[2] for row in _ROWS))
CITIES = tuple(dict.fromkeys(row[3] for row in _ROWS))

ROADS = words(
    "人民路 解放路 建设路 中山路 新华路 和平路 胜利路 文化路 学府路 滨河路 幸福街 朝阳街 光明路 长江路 黄河路 "
    "环城东路 站前大街 振兴路 青年路 友谊路"
)
ESTATES = words("阳光花园 翠湖小区 锦绣家园 金桂苑 书香名邸 和谐家园 东方新城 丽景苑 春江花园 银杏里 康泰小区 梧桐苑")
VILLAGES = words("大王庄村 前李村 新河村 柳树屯 东岭村 石桥村 双河村 青山村")
