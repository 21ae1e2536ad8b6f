"""The passwords that lists of leaked ones begin with, those of eight characters and more, in lower case."""

_WORDS = """
password password1 password12 password123 password1234 password! passw0rd p@ssword p@ssw0rd pa55word pass1234
passwort passwort1 passwort123 motdepasse contraseña senha123 wachtwoord haslo123 parola123 sifre123 mypassword
12345678 123456789 1234567890 0123456789 0987654321 987654321 87654321 123123123 123321123 12341234 123454321
11223344 1122334455 112233445566 12344321 123456123 123456123456 1234512345 147258369 159357159 159753456 741852963
789456123 963852741 321654987 456789123 102030405 10203040 13579246 135792468 24681357 01234567 12312312 314159265
qwertyui qwertyuiop qwerty12 qwerty123 qwerty1234 qwerty12345 qwerty123456 qwertyqwerty qwertz123 qwertzui
azertyui azertyuiop azerty123 asdfghjk asdfghjkl asdf1234 asdfasdf zxcvbnm1 zxcvbnm123 zxcvbnmasdf 1q2w3e4r
1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx 1qaz2wsx3edc 1qazxsw2 q1w2e3r4 q1w2e3r4t5 qazwsx123 qazwsxedc zaq12wsx zaq1zaq1
qweasdzxc qweasd123 qwe123qwe qwe12345 asd123asd a1b2c3d4 a1b2c3d4e5 aa123456 aa12345678 abc12345 abc123456
abcd1234 abcd12345 abcdefgh abcdefg1 abcdef123 abcabcabc a1234567 a12345678 a123456789 q1234567 z1234567 1234567a
1234abcd 1234qwer 123456aa 123456ab 123456abc 12345678a 123456789a 1234567890a 123qwe123 123qweasd 123abc123
iloveyou iloveyou1 iloveyou2 iloveyou123 iloveu123 ilovegod loveyou1 lovelove loveme123 iubescte teamomucho teamo123
princess princess1 princess123 princesa sunshine sunshine1 superman superman1 superstar spiderman pokemon1
pokemon123 starwars starwars1 starwars123 football football1 football123 baseball baseball1 basketball
liverpool liverpool1 barcelona barcelona1 realmadrid juventus manchester chelsea1 arsenal1 michael1 michelle
jennifer jennifer1 jessica1 jonathan samantha elizabeth alexander alexandra christian christina nicholas charlie1
jordan23 jordan123 anthony1 victoria victoria1 william1 patricia veronica stephanie benjamin isabella valentina
sebastian francisco fernando alejandro guadalupe computer computer1 internet internet1 samsung1 samsung123 nintendo
playstation minecraft fortnite facebook facebook1 linkedin whatever whatever1 welcome1 welcome123 welcome12
letmein1 letmein123 trustno1 access14 admin123 admin1234 admin12345 adminadmin administrator root1234 rootroot
changeme changeme1 changeme123 default1 default123 guest123 guest1234 test1234 test12345 test123456 testtest
testtest1 temp1234 user1234 login123 secret12 secret123 master123 dragon123 dragonball monkey123 shadow123 flower123
butterfly butterfly1 chocolate chocolate1 strawberry cupcake1 sweetheart babygirl babygirl1 beautiful blessed1
jesus123 jesuschrist godisgood heaven123 angel123 angelina family123 mother123 summer123 summer2020 summer2021
summer2022 summer2023 summer2024 summer2025 winter123 winter2020 winter2024 spring123 autumn123 december november
midnight mustang1 mercedes ferrari1 corvette maverick firebird yamaha123 scooter1 hello123 hello1234 hellohello
goodluck bismillah mashallah insyaallah sayang123 indonesia pakistan bangladesh krishna1 omsairam naruto123
gfhjkmgfhjkm qwaszx12 marina123 nikita123 blink182 metallica slipknot1 greenday evanescence eminem123 rockstar1
evoke123 evoke1234 evokeevoke photos123 memories1
"""

COMMON = frozenset(_WORDS.split())
