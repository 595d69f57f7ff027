"""The words that the invented district is made of."""

from __future__ import annotations

DISTRICT = ("云溪区", "Yunxi District")

TOWNS = (
    ("青石镇", "Qingshi"), ("柳桥镇", "Liuqiao"), ("白沙镇", "Baisha"), ("东湖街道", "Donghu"), ("南塘镇", "Nantang"),
    ("松岭镇", "Songling"), ("竹溪镇", "Zhuxi"), ("梅园街道", "Meiyuan"), ("长河镇", "Changhe"), ("石门镇", "Shimen"),
    ("花桥街道", "Huaqiao"), ("望江镇", "Wangjiang"), ("云台乡", "Yuntai"), ("双溪镇", "Shuangxi"),
    ("北山街道", "Beishan"), ("杨柳镇", "Yangliu"), ("清泉镇", "Qingquan"),
)  # fmt: skip

# 17 towns of 16 or 17 points make 288.
VILLAGES = (
    ("新民", "Xinmin"), ("和平", "Heping"), ("幸福", "Xingfu"), ("红旗", "Hongqi"), ("上坊", "Shangfang"),
    ("下湾", "Xiawan"), ("大塘", "Datang"), ("小桥", "Xiaoqiao"), ("前进", "Qianjin"), ("光明", "Guangming"),
    ("团结", "Tuanjie"), ("胜利", "Shengli"), ("古井", "Gujing"), ("龙泉", "Longquan"), ("桂花", "Guihua"),
    ("枫林", "Fenglin"), ("银杏", "Yinxing"),
)  # fmt: skip

DEPARTMENTS = (
    ("civil", "民政局", "Civil Affairs"), ("social", "人力资源和社会保障局", "Human Resources and Social Security"),
    ("medical", "医疗保障局", "Healthcare Security"), ("police", "公安分局", "Public Security"),
    ("market", "市场监督管理局", "Market Regulation"), ("housing", "住房和城乡建设局", "Housing and Construction"),
    ("land", "自然资源和规划局", "Natural Resources"), ("health", "卫生健康局", "Health Commission"),
    ("education", "教育局", "Education"), ("veterans", "退役军人事务局", "Veterans Affairs"),
    ("disabled", "残疾人联合会", "Disabled Persons' Federation"), ("agriculture", "农业农村局", "Agriculture"),
    ("transport", "交通运输局", "Transport"), ("tax", "税务局", "Taxation"),
)  # fmt: skip

# (department, subject zh, subject en): each meets the acts of its row below.
SUBJECTS = (
    ("civil", "高龄津贴", "old-age allowance"), ("civil", "最低生活保障", "minimum living allowance"),
    ("civil", "特困人员供养", "support for persons in great need"), ("civil", "临时救助", "temporary relief"),
    ("civil", "孤儿基本生活费", "orphans' living allowance"), ("civil", "养老服务补贴", "elderly care subsidy"),
    ("civil", "社会团体登记", "association registration"), ("civil", "殡葬惠民补贴", "funeral subsidy"),
    ("social", "社会保障卡", "social security card"), ("social", "城乡居民养老保险", "residents' pension insurance"),
    ("social", "失业保险金", "unemployment benefit"), ("social", "灵活就业社保补贴", "flexible employment subsidy"),
    ("social", "就业困难人员认定", "employment hardship status"), ("social", "工伤待遇", "work injury benefit"),
    ("social", "创业担保贷款", "start-up guaranteed loan"),
    ("medical", "城乡居民医疗保险", "residents' medical insurance"),
    ("medical", "门诊慢特病", "chronic disease outpatient care"),
    ("medical", "异地就医备案", "medical care elsewhere"), ("medical", "生育津贴", "maternity allowance"),
    ("medical", "医疗救助", "medical assistance"), ("medical", "医药费报销", "medical expenses"),
    ("police", "居住证", "residence permit"), ("police", "户口迁移", "household migration"),
    ("police", "出生户口", "birth household entry"), ("police", "居民身份证", "identity card"),
    ("police", "无犯罪记录证明", "certificate of no criminal record"),
    ("market", "个体工商户", "individual business"), ("market", "食品经营许可", "food business licence"),
    ("market", "小餐饮备案", "small catering record"), ("market", "公司设立", "company formation"),
    ("market", "药品经营许可", "medicine retail licence"), ("market", "特种设备使用", "special equipment"),
    ("housing", "公共租赁住房", "public rental housing"), ("housing", "住房租赁补贴", "rent subsidy"),
    ("housing", "农村危房改造", "rural dilapidated housing"), ("housing", "房屋安全鉴定", "building safety survey"),
    ("land", "不动产登记", "real estate registration"), ("land", "宅基地", "homestead"),
    ("land", "设施农业用地", "facility farm land"),
    ("health", "生育登记", "birth registration"), ("health", "独生子女父母奖励", "one-child parents' reward"),
    ("health", "公共场所卫生许可", "public place hygiene licence"),
    ("health", "计划生育特别扶助", "family planning aid"),
    ("education", "义务教育入学", "school enrolment"), ("education", "学生资助", "student aid"),
    ("education", "教师资格", "teacher's qualification"),
    ("veterans", "退役士兵一次性补助", "discharged soldier's grant"), ("veterans", "优待证", "veteran's card"),
    ("veterans", "烈属抚恤", "martyr family pension"),
    ("disabled", "残疾人证", "disability card"), ("disabled", "困难残疾人生活补贴", "disability living subsidy"),
    ("disabled", "重度残疾人护理补贴", "severe disability care subsidy"), ("disabled", "辅助器具", "assistive devices"),
    ("agriculture", "农机购置补贴", "farm machine subsidy"), ("agriculture", "耕地地力保护补贴", "farmland subsidy"),
    ("agriculture", "动物防疫条件", "animal disease prevention"),
    ("transport", "道路运输证", "road transport permit"),
    ("transport", "网约车驾驶员证", "ride-hailing driver's permit"),
    ("tax", "个人所得税", "personal income tax"), ("tax", "房屋契税", "deed tax"),
    ("tax", "发票代开", "invoices on behalf"), ("civil", "收养登记", "adoption registration"),
)  # fmt: skip

# (zh, en, expected minutes): 62 subjects × 5 acts are 310; the last two are left off.
ACTS = (
    ("申领", "application for", 12),
    ("变更", "change of", 9),
    ("补办", "replacement of", 7),
    ("注销", "cancellation of", 6),
    ("查询与证明", "enquiry and certificate for", 5),
)

ITEMS = 308

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "秀英桂兰建国志明淑珍玉梅海燕晓东文静丽华春生金花永强国华红霞小平雪莲云飞思远嘉怡子涵浩然梓萱雨桐"
