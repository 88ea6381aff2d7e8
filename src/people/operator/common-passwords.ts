/** What is tried first against any account, and the pieces such passwords are made of. Lower case. */
export const COMMON: readonly string[] = `
123456 1234567 12345678 123456789 1234567890 0123456789 9876543210 987654321 87654321 654321 12345 54321 11111 111111
00000 000000 22222 33333 44444 55555 66666 666666 77777 88888 888888 99999 112233 121212 123123 123321 131313 159753
147258369 159357 789456 456789 102030 147258 232323 520520 5201314 1314520 7758521 woaini woaini1314 a123456 abc123
abcd1234 abcdefgh abcdef qwerty qwertyui qwertyuiop asdfghjkl asdfgh zxcvbnm zxcvbn 1qaz2wsx 1q2w3e4r 1q2w3e 1qazxsw2
qazwsxedc qazwsx q1w2e3r4 zaq12wsx qweasd qweasdzxc asdf1234 qwer1234 qwe123 aaaa1111 a1b2c3d4 a1b2c3 password
passw0rd p@ssw0rd p@ssword pa55word passwort passphrase passcode mypassword letmein welcome login signin admin
administrator root superuser superadmin master manager owner operator moderator support system server service default
changeme changeit temporary secret private access security secure guest user username testtest tester testing test demo
sample example hello hellohello iloveyou iloveu loveyou lovely sunshine princess dragon monkey football baseball
basketball soccer hockey superman batman spiderman pokemon starwars shadow michael jordan jennifer jessica ashley
charlie daniel thomas andrew joshua matthew robert hunter killer ginger buster pepper flower butterfly summer winter
spring autumn january february march april monday friday sunday london paris beijing shanghai guangzhou shenzhen china
zhongguo taobao alibaba tencent weixin wechat google facebook youtube amazon apple iphone android samsung microsoft
windows computer internet network database mysql postgres oracle freedom whatever trustno1 nothing cheese cookie banana
orange purple silver golden diamond angel heaven jesus christ family friend forever mustang ferrari porsche mercedes
harley yamaha nicole hannah maggie bailey tigger snoopy access14 correcthorsebatterystaple horsebattery thequickbrownfox
quickbrownfox loremipsum openSesame opensesame letmein123 iamthebest community banyan rongshu 社群 榕树 密码 管理员
我爱你 你好 中国 北京 上海
`
  .trim()
  .toLowerCase()
  .split(/\s+/)
