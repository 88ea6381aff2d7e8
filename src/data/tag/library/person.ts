import { all, any, known, type LibraryDimension, not, property, tag } from './entry.ts'

/** Lengths of life in days: a definition knows no years. A leap day makes a day's difference at the most. */
const years = (n: number) => `${Math.round(n * 365.25)}d`
const aged = (from: number, to: number) =>
  all(property('birthday', 'olderThan', years(from)), not(property('birthday', 'olderThan', years(to))))
const born = (from: number, to: number) =>
  all(property('birthday', 'gte', `${from}-01-01`), property('birthday', 'lt', `${to}-01-01`))

export const gender: LibraryDimension = {
  key: 'gender',
  title: { en: 'Gender', zh: '性别' },
  single: true,
  colour: 'pink',
  tags: [
    tag(
      'gender.female',
      '女性',
      'Women',
      property('gender', 'in', ['female', 'Female', 'F', 'f', 'woman', '女', '女性']),
      { en: 'By the property gender', zh: '按性别属性判定' },
    ),
    tag('gender.male', '男性', 'Men', property('gender', 'in', ['male', 'Male', 'M', 'm', 'man', '男', '男性']), {
      en: 'By the property gender',
      zh: '按性别属性判定',
    }),
    tag('gender.unknown', '性别未知', 'Gender unknown', property('gender', 'notExists')),
  ],
}

export const age: LibraryDimension = {
  key: 'age',
  title: { en: 'Age', zh: '年龄段' },
  single: true,
  colour: 'pink',
  tags: [
    tag('age.minor', '未成年', 'Under 18', all(known('birthday'), property('birthday', 'withinLast', years(18))), {
      en: 'Younger than 18 by birthday',
      zh: '按生日计算不满 18 岁',
    }),
    tag('age.18-24', '18–24 岁', '18–24', aged(18, 25), { en: '18 to 24 by birthday', zh: '按生日计算 18–24 岁' }),
    tag('age.25-34', '25–34 岁', '25–34', aged(25, 35), { en: '25 to 34 by birthday', zh: '按生日计算 25–34 岁' }),
    tag('age.35-44', '35–44 岁', '35–44', aged(35, 45), { en: '35 to 44 by birthday', zh: '按生日计算 35–44 岁' }),
    tag('age.45-59', '45–59 岁', '45–59', aged(45, 60), { en: '45 to 59 by birthday', zh: '按生日计算 45–59 岁' }),
    tag('age.60', '60 岁以上', '60 and older', property('birthday', 'olderThan', years(60)), {
      en: '60 or older by birthday',
      zh: '按生日计算 60 岁及以上',
    }),
  ],
}

export const generation: LibraryDimension = {
  key: 'generation',
  title: { en: 'Generation', zh: '世代' },
  single: true,
  colour: 'violet',
  tags: [
    tag('generation.pre-60', '50 后及以前', 'Born before 1960', property('birthday', 'lt', '1960-01-01')),
    tag('generation.60', '60 后', 'Born in the 1960s', born(1960, 1970)),
    tag('generation.70', '70 后', 'Born in the 1970s', born(1970, 1980)),
    tag('generation.80', '80 后', 'Born 1980–1984', born(1980, 1985)),
    tag('generation.85', '85 后', 'Born 1985–1989', born(1985, 1990)),
    tag('generation.90', '90 后', 'Born 1990–1994', born(1990, 1995)),
    tag('generation.95', '95 后', 'Born 1995–1999', born(1995, 2000)),
    tag('generation.00', '00 后', 'Born 2000–2004', born(2000, 2005)),
    tag('generation.05', '05 后', 'Born 2005–2009', born(2005, 2010)),
    tag('generation.10', '10 后', 'Born 2010 and later', property('birthday', 'gte', '2010-01-01')),
  ],
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ')
const NUMERALS = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '十一', '十二'] as const
const two = (n: number) => String(n).padStart(2, '0')

export const birthMonth: LibraryDimension = {
  key: 'birth-month',
  title: { en: 'Birthday month', zh: '生日月' },
  single: true,
  colour: 'pink',
  tags: NUMERALS.map((zh, i) =>
    tag(
      `birth-month.${two(i + 1)}`,
      `${zh}月生日`,
      `Birthday in ${MONTHS[i] ?? ''}`,
      property('birthday', 'matches', `^[0-9]{4}-${two(i + 1)}-`),
      { en: `Born in ${MONTHS[i] ?? ''}`, zh: `${zh}月出生` },
    ),
  ),
}

/** From the day in one month to the day in the next. */
const sign = (key: string, zh: string, en: string, [m, d]: [number, number], to: number) => {
  const next = (m % 12) + 1
  const from = Array.from({ length: 32 - d }, (_, i) => two(d + i)).join('|')
  const upTo = Array.from({ length: to }, (_, i) => two(i + 1)).join('|')
  return tag(
    `zodiac.${key}`,
    zh,
    en,
    property('birthday', 'matches', `^[0-9]{4}-(${two(m)}-(${from})|${two(next)}-(${upTo}))`),
    {
      en: `Born from ${MONTHS[m - 1] ?? ''} ${d} to ${MONTHS[next - 1] ?? ''} ${to}`,
      zh: `${m} 月 ${d} 日至 ${next} 月 ${to} 日出生`,
    },
  )
}

export const zodiac: LibraryDimension = {
  key: 'zodiac',
  title: { en: 'Star sign', zh: '星座' },
  single: true,
  colour: 'violet',
  tags: [
    sign('aries', '白羊座', 'Aries', [3, 21], 19),
    sign('taurus', '金牛座', 'Taurus', [4, 20], 20),
    sign('gemini', '双子座', 'Gemini', [5, 21], 21),
    sign('cancer', '巨蟹座', 'Cancer', [6, 22], 22),
    sign('leo', '狮子座', 'Leo', [7, 23], 22),
    sign('virgo', '处女座', 'Virgo', [8, 23], 22),
    sign('libra', '天秤座', 'Libra', [9, 23], 23),
    sign('scorpio', '天蝎座', 'Scorpio', [10, 24], 22),
    sign('sagittarius', '射手座', 'Sagittarius', [11, 23], 21),
    sign('capricorn', '摩羯座', 'Capricorn', [12, 22], 19),
    sign('aquarius', '水瓶座', 'Aquarius', [1, 20], 18),
    sign('pisces', '双鱼座', 'Pisces', [2, 19], 20),
  ],
}

export const profile: LibraryDimension = {
  key: 'profile',
  title: { en: 'Profile completeness', zh: '资料完整度' },
  colour: 'grey',
  tags: [
    tag('profile.phone', '已留手机号', 'Phone known', known('phone')),
    tag('profile.email', '已留邮箱', 'E-mail known', known('email')),
    tag(
      'profile.no-contact',
      '无联系方式',
      'No way to reach',
      all(property('phone', 'notExists'), property('email', 'notExists')),
    ),
    tag('profile.birthday', '已填生日', 'Birthday known', known('birthday')),
    tag('profile.no-birthday', '未填生日', 'Birthday missing', property('birthday', 'notExists')),
    tag('profile.avatar', '有头像', 'Has a picture', known('avatar')),
    tag(
      'profile.full',
      '资料完善',
      'Full profile',
      all(known('name'), known('phone'), known('birthday'), known('gender'), any(known('city'), known('address.city'))),
      {
        en: 'Name, phone, birthday, gender and city are known',
        zh: '姓名、手机号、生日、性别、城市均已填写',
      },
    ),
    tag(
      'profile.thin',
      '资料待补',
      'Thin profile',
      all(property('phone', 'notExists'), property('birthday', 'notExists'), property('gender', 'notExists')),
    ),
    tag('profile.anonymous', '匿名访客', 'Anonymous', property('externalId', 'notExists')),
  ],
}

const chinese = any(
  property('locale', 'startsWith', 'zh-CN'),
  property('locale', 'startsWith', 'zh-Hans'),
  property('locale', 'in', ['zh', 'zh_CN', 'zh-SG']),
)
const traditional = any(
  property('locale', 'startsWith', 'zh-TW'),
  property('locale', 'startsWith', 'zh-HK'),
  property('locale', 'startsWith', 'zh-Hant'),
  property('locale', 'in', ['zh_TW', 'zh_HK', 'zh-MO']),
)
const english = property('locale', 'startsWith', 'en')

export const language: LibraryDimension = {
  key: 'language',
  title: { en: 'Language and time zone', zh: '语言与时区' },
  colour: 'blue',
  tags: [
    tag('language.zh-hans', '简体中文', 'Simplified Chinese', chinese),
    tag('language.zh-hant', '繁体中文', 'Traditional Chinese', traditional),
    tag('language.en', '英语', 'English', english),
    tag(
      'language.other',
      '其他语言',
      'Another language',
      all(known('locale'), not(any(property('locale', 'startsWith', 'zh'), english))),
    ),
    tag(
      'language.china-time',
      '国内时区',
      'Chinese time',
      property('timezone', 'in', [
        'Asia/Shanghai',
        'Asia/Chongqing',
        'Asia/Urumqi',
        'Asia/Harbin',
        'PRC',
        'Asia/Hong_Kong',
        'Asia/Macau',
        'Asia/Taipei',
      ]),
    ),
    tag(
      'language.overseas-time',
      '海外时区',
      'Another time',
      all(
        known('timezone'),
        property('timezone', 'notIn', [
          'Asia/Shanghai',
          'Asia/Chongqing',
          'Asia/Urumqi',
          'Asia/Harbin',
          'PRC',
          'Asia/Hong_Kong',
          'Asia/Macau',
          'Asia/Taipei',
        ]),
      ),
    ),
  ],
}
