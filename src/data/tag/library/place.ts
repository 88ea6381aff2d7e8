// City tiers as the trade speaks of them, and regions. Which city belongs to which tier moves every year: the lists stand
// in the conditions and can be changed there.
import { all, any, known, type LibraryDimension, not, property, tag } from './entry.ts'

/** As people write it: with and without 市. */
const cities = (list: string) => {
  const names = list.split(' ').flatMap((name) => [name, `${name}市`])
  return any(property('city', 'in', names), property('address.city', 'in', names))
}
const hasCity = any(known('city'), known('address.city'))

const first = cities('北京 上海 广州 深圳')
const newFirst = cities('成都 杭州 重庆 武汉 苏州 西安 南京 长沙 郑州 天津 合肥 青岛 东莞 宁波 佛山')
const second = cities(
  '无锡 沈阳 济南 厦门 福州 温州 哈尔滨 石家庄 大连 南宁 泉州 金华 贵阳 常州 长春 南昌 南通 嘉兴 徐州 惠州 太原 台州 绍兴 保定 中山 潍坊 临沂 珠海 烟台 昆明',
)

export const cityTier: LibraryDimension = {
  key: 'city-tier',
  title: { en: 'City tier', zh: '城市线级' },
  single: true,
  colour: 'blue',
  tags: [
    tag('city-tier.1', '一线城市', 'First tier', first, {
      en: 'Beijing, Shanghai, Guangzhou, Shenzhen',
      zh: '北京、上海、广州、深圳',
    }),
    tag('city-tier.new-1', '新一线城市', 'New first tier', newFirst, {
      en: '15 cities; the list can be changed in the condition',
      zh: '共 15 个城市，名单可在标签条件中调整',
    }),
    tag('city-tier.2', '二线城市', 'Second tier', second, {
      en: '30 cities; the list can be changed in the condition',
      zh: '共 30 个城市，名单可在标签条件中调整',
    }),
    tag('city-tier.3', '三线及以下', 'Third tier and below', all(hasCity, not(any(first, newFirst, second))), {
      en: 'A city is known, and it is none of the tiers above',
      zh: '已知所在城市，且不属于一线、新一线、二线',
    }),
    tag('city-tier.unknown', '城市未知', 'City unknown', not(hasCity)),
  ],
}

export const region: LibraryDimension = {
  key: 'region',
  title: { en: 'Region', zh: '区域' },
  colour: 'blue',
  tags: [
    tag(
      'region.yangtze',
      '长三角',
      'Yangtze delta',
      cities(
        '上海 南京 苏州 无锡 常州 南通 扬州 镇江 泰州 盐城 杭州 宁波 温州 嘉兴 湖州 绍兴 金华 台州 舟山 合肥 芜湖 马鞍山 滁州',
      ),
      { en: 'Main cities of the Yangtze delta', zh: '长三角主要城市' },
    ),
    tag(
      'region.greater-bay',
      '粤港澳大湾区',
      'Greater Bay Area',
      cities('广州 深圳 珠海 佛山 惠州 东莞 中山 江门 肇庆 香港 澳门'),
      { en: 'Cities of the Greater Bay Area', zh: '粤港澳大湾区城市' },
    ),
    tag(
      'region.jing-jin-ji',
      '京津冀',
      'Beijing–Tianjin–Hebei',
      cities('北京 天津 石家庄 唐山 保定 廊坊 沧州 秦皇岛 张家口 承德 邯郸 邢台 衡水'),
      { en: 'Beijing, Tianjin and the cities of Hebei', zh: '北京、天津及河北各市' },
    ),
    tag(
      'region.chengdu-chongqing',
      '成渝',
      'Chengdu–Chongqing',
      cities('成都 重庆 绵阳 德阳 乐山 眉山 宜宾 泸州 南充'),
      { en: 'Chengdu, Chongqing and cities around', zh: '成都、重庆及周边城市' },
    ),
    tag('region.central', '华中', 'Central China', cities('武汉 长沙 郑州 南昌 洛阳 襄阳 宜昌 株洲 岳阳 衡阳 九江'), {
      en: 'Main cities of Hubei, Hunan, Henan and Jiangxi',
      zh: '湖北、湖南、河南、江西主要城市',
    }),
    tag('region.north-east', '东北', 'North-east', cities('沈阳 大连 长春 哈尔滨 吉林 大庆 鞍山 锦州'), {
      en: 'Main cities of Liaoning, Jilin and Heilongjiang',
      zh: '辽宁、吉林、黑龙江主要城市',
    }),
    tag('region.north-west', '西北', 'North-west', cities('西安 兰州 西宁 银川 乌鲁木齐 咸阳 宝鸡'), {
      en: 'Main cities of Shaanxi, Gansu, Qinghai, Ningxia and Xinjiang',
      zh: '陕西、甘肃、青海、宁夏、新疆主要城市',
    }),
    tag('region.south-west', '西南', 'South-west', cities('昆明 贵阳 拉萨 遵义 大理 丽江 曲靖'), {
      en: 'Main cities of Yunnan, Guizhou and Tibet',
      zh: '云南、贵州、西藏主要城市',
    }),
    tag(
      'region.coast-south',
      '闽琼桂',
      'Fujian, Hainan and Guangxi',
      cities('福州 厦门 泉州 漳州 海口 三亚 南宁 桂林 柳州'),
      { en: 'Main cities of Fujian, Hainan and Guangxi', zh: '福建、海南、广西主要城市' },
    ),
    tag('region.shandong', '山东', 'Shandong', cities('济南 青岛 烟台 潍坊 临沂 淄博 济宁 威海 日照 泰安'), {
      en: 'Main cities of Shandong',
      zh: '山东主要城市',
    }),
    tag('region.hk-mo-tw', '港澳台', 'Hong Kong, Macau and Taiwan', cities('香港 澳门 台北 新北 台中 高雄 台南 桃园'), {
      en: 'Hong Kong, Macau and cities of Taiwan',
      zh: '香港、澳门及台湾各市',
    }),
  ],
}
