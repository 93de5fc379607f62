"""Guangdong on one page: its cities by size, their county codes, and where recipients' ID numbers were issued.

Populations are the census of 2020 in ten thousands, from memory: an approximation, good enough for "by size".
Area codes of old prefectures are plausible, not exact: an area code never decides anything (domain.md, section 3).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class City:
    """One of the 21 prefecture-level cities: statistical code, names, size, share of townspeople, county codes."""

    code: str
    zh: str
    en: str
    population: int
    urban: float
    counties: tuple[str, ...]
    old_areas: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not self.code.startswith("44") or len(self.code) != 4:
            raise ValueError(f"a city of Guangdong has four digits beginning with 44, not {self.code!r}")
        if not self.counties or any(not county.startswith(self.code) for county in self.counties):
            raise ValueError(f"every county code of {self.en} must begin with {self.code}")


def _city(code: str, zh: str, en: str, population: int, urban: float, tails: str, old: tuple[int, ...] = ()) -> City:
    return City(code, zh, en, population, urban, tuple(code + tail for tail in tails.split()), old)


CITIES: tuple[City, ...] = (
    _city("4401", "广州", "Guangzhou", 1868, 0.86, "03 04 05 06 11 12 13 14 15 17 18", (440102, 440121, 440126)),
    _city("4402", "韶关", "Shaoguan", 286, 0.58, "03 04 05 22 24 29 32 33 81 82", (440221, 440202)),
    _city("4403", "深圳", "Shenzhen", 1756, 0.99, "03 04 05 06 07 08 09 10 11", (440301, 442532)),
    _city("4404", "珠海", "Zhuhai", 244, 0.90, "02 03 04", (440401, 440421)),
    _city("4405", "汕头", "Shantou", 550, 0.70, "07 11 12 13 14 15 23", (440504, 440506, 440521, 440582)),
    _city("4406", "佛山", "Foshan", 950, 0.95, "04 05 06 07 08", (440602, 440622, 440623, 440681)),
    _city("4407", "江门", "Jiangmen", 480, 0.67, "03 04 05 81 83 84 85", (440702, 440721, 440722, 440723)),
    _city("4408", "湛江", "Zhanjiang", 698, 0.46, "02 03 04 11 23 25 81 82 83", (440821, 440822, 440824)),
    _city("4409", "茂名", "Maoming", 617, 0.44, "02 04 81 82 83", (440921, 440922, 440923)),
    _city("4412", "肇庆", "Zhaoqing", 411, 0.51, "02 03 04 23 24 25 26 84", (442821, 442823, 442826, 441224)),
    _city("4413", "惠州", "Huizhou", 604, 0.73, "02 03 22 23 24", (442521, 442523, 441381)),
    _city("4414", "梅州", "Meizhou", 387, 0.52, "02 03 22 23 24 26 27 81", (442421, 442423, 441425)),
    _city("4415", "汕尾", "Shanwei", 267, 0.57, "02 21 23 81", (442529, 441522)),
    _city("4416", "河源", "Heyuan", 284, 0.49, "02 21 22 23 24 25", (442524, 442530)),
    _city("4417", "阳江", "Yangjiang", 260, 0.54, "02 04 21 81", (440724, 441723)),
    _city("4418", "清远", "Qingyuan", 397, 0.56, "02 03 21 23 25 26 81 82", (440224, 441827)),
    _city("4419", "东莞", "Dongguan", 1047, 0.92, "00", (442527,)),
    _city("4420", "中山", "Zhongshan", 442, 0.87, "00", (442620,)),
    _city("4451", "潮州", "Chaozhou", 257, 0.64, "02 03 22", (440520, 440524)),
    _city("4452", "揭阳", "Jieyang", 558, 0.52, "02 03 22 24 81", (440525, 440527, 445221)),
    _city("4453", "云浮", "Yunfu", 238, 0.45, "02 03 21 22 81", (442830, 445323)),
)

BIRTH_PROVINCES: tuple[tuple[int, float], ...] = (
    (43, 0.200), (45, 0.160), (42, 0.110), (36, 0.110), (51, 0.090), (41, 0.070), (35, 0.050), (52, 0.050),
    (50, 0.040), (34, 0.025), (46, 0.015), (61, 0.015), (37, 0.010), (32, 0.010), (33, 0.010), (21, 0.005),
    (22, 0.005), (23, 0.005), (31, 0.004), (11, 0.003), (12, 0.002), (13, 0.003), (14, 0.002), (15, 0.001),
    (53, 0.001), (54, 0.001), (62, 0.001), (63, 0.001), (64, 0.0005), (65, 0.0005),
)  # fmt: skip
"""Province of issue of recipients who came from elsewhere, and its share among them: an assumption."""

STREETS: tuple[str, ...] = (
    "人民路", "解放路", "中山路", "建设路", "和平街", "文明巷", "新兴街", "东风路", "沿江路", "环城路",
    "水口村", "石桥村", "大塘村", "黄竹坑村", "新围村", "上坊村", "塘尾村", "龙岗村", "榕树下村", "沙头村",
)  # fmt: skip
"""Street and village names that every county has, so that no address is anyone's."""
