import type { Text } from '#web/text.ts'

export const GENDERS: Readonly<Record<string, Text>> = {
  female: { en: 'Female', zh: '女' },
  male: { en: 'Male', zh: '男' },
  other: { en: 'Other', zh: '其他' },
}

/** How the usual properties are called; what a brand invents keeps its own name. */
export const PROPERTIES: Readonly<Record<string, Text>> = {
  name: { en: 'Name', zh: '称呼' },
  email: { en: 'E-mail', zh: '邮箱' },
  phone: { en: 'Phone', zh: '手机号' },
  avatar: { en: 'Picture', zh: '头像' },
  birthday: { en: 'Birthday', zh: '生日' },
  gender: { en: 'Gender', zh: '性别' },
  locale: { en: 'Language', zh: '语言' },
  timezone: { en: 'Time zone', zh: '时区' },
  firstName: { en: 'First name', zh: '名' },
  lastName: { en: 'Last name', zh: '姓' },
  city: { en: 'City', zh: '城市' },
  province: { en: 'Province', zh: '省份' },
  country: { en: 'Country', zh: '国家' },
  address: { en: 'Address', zh: '地址' },
  age: { en: 'Age', zh: '年龄' },
  birthYear: { en: 'Year of birth', zh: '出生年份' },
  company: { en: 'Company', zh: '公司' },
  title: { en: 'Job title', zh: '职位' },
  plan: { en: 'Plan', zh: '会员方案' },
  channel: { en: 'Came by', zh: '来源渠道' },
  entry: { en: 'Came by', zh: '来源' },
  ageGroup: { en: 'Age group', zh: '年龄段' },
  favourite: { en: 'Favourite', zh: '偏爱' },
  source: { en: 'Came by', zh: '来源渠道' },
}

export const IDENTITIES: Readonly<Record<string, Text>> = {
  externalId: { en: 'Member number', zh: '会员编号' },
  anonymousId: { en: 'Browser', zh: '浏览器标识' },
  email: { en: 'E-mail', zh: '邮箱' },
  phone: { en: 'Phone', zh: '手机号' },
  wecom: { en: 'WeCom', zh: '企业微信' },
  unionid: { en: 'WeChat', zh: '微信' },
  openid: { en: 'WeChat', zh: '微信' },
}
