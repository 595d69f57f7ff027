"""The names of the invented district's places and people."""

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

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "秀英桂兰建国志明淑珍玉梅海燕晓东文静丽华春生金花永强国华红霞小平雪莲云飞思远嘉怡子涵浩然梓萱雨桐"
