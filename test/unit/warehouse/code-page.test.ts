import { describe, expect, it } from 'vitest';
import { guessCodePage } from '../../../main/warehouse/stream/code-page.ts';
import type { Encoding } from '../../../main/warehouse/types.ts';

/** Bytes of a text in an encoding that Node only decodes: the decoder's own table, turned round. */
function encode(text: string, encoding: Encoding): Buffer {
  const decoder = new TextDecoder(encoding);
  const table = new Map<string, number[]>();
  for (let a = 0; a < 256; a++) {
    const one = decoder.decode(Uint8Array.of(a));
    if (!one.includes('\ufffd') && !table.has(one)) table.set(one, [a]);
  }
  if (['shift_jis', 'euc-jp', 'euc-kr', 'big5', 'gb18030'].includes(encoding)) {
    for (let a = 0x81; a < 0xff; a++) {
      for (let b = 0x40; b < 0xff; b++) {
        const two = decoder.decode(Uint8Array.of(a, b));
        if ([...two].length === 1 && !two.includes('\ufffd') && !table.has(two)) table.set(two, [a, b]);
      }
    }
  }
  return Buffer.from(
    [...text].flatMap((char) => {
      const bytes = table.get(char);
      if (bytes === undefined) throw new Error(`${char} is not in ${encoding}`);
      return bytes;
    }),
  );
}

describe('B1 encodings by evidence', () => {
  it.each([
    [
      'windows-1252',
      'name,city\nJürgen Müller,Köln\nFrançois Lefèvre,Besançon\nJosé Peña,A Coruña\nÅsa Bjørk,Tromsø\n',
    ],
    ['windows-1252', 'price\n5 €\n12 €\nsize 3 × 4 – wide\n'],
    [
      'windows-1250',
      'imię,miasto\nŁukasz Wójcik,Łódź\nŽofie Dvořáková,Plzeň\nGrześ Brzęczyszczykiewicz,Gdańsk\nKovács Győző,Pécs\n',
    ],
    ['iso-8859-2', 'imię,miasto\nŁukasz Wójcik,Łódź\nŚwiętosława Żak,Częstochowa\nJiří Šťastný,Plzeň\n'],
    ['windows-1251', 'имя,город\nИван Петров,Москва\nАнна Смирнова,Санкт-Петербург\n'],
    ['koi8-r', 'имя,город\nИван Петров,Москва\nАнна Смирнова,Казань\n'],
    ['windows-1253', 'όνομα,πόλη\nΓιώργος Παπαδόπουλος,Αθήνα\nΜαρία,Θεσσαλονίκη\n'],
    ['windows-1254', 'ad,şehir\nAyşe Yılmaz,İstanbul\nMustafa Doğan,Eskişehir\nÇağrı Şahin,Diyarbakır\n'],
    ['windows-1257', 'vārds,pilsēta\nJānis Bērziņš,Rīga\nĪlze Kļaviņa,Jūrmala\nGrūtā,Liepāja\n'],
    ['shift_jis', '名前,都市\n田中さん,東京\nすずき,おおさか\nカタカナ,ヨコハマ\n'],
    ['euc-kr', '이름,도시\n김민수,서울\n이영희,부산\n'],
    ['big5', '名稱,地址\n台灣公司,台北市中山區\n中華民國,高雄市\n'],
    ['gb18030', '名称,地址\n中国公司,北京市东城区\n上海大学,上海市\n'],
  ] as const)('finds %s', (encoding, text) => {
    expect(guessCodePage(encode(text, encoding))).toBe(encoding);
  });
});
