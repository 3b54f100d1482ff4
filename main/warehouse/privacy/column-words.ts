import type { PiiKind } from '../../contract/privacy.ts';

/**
 * What a column's name says about its values, in several languages. A name is parted into words (at blanks, underscores,
 * dashes and capitals, accents off); a phrase speaks when its words stand in the name one after another. Phrases of things
 * that are no people (a product's name, a version) speak against.
 */
const phrases: readonly (readonly [PiiKind, string])[] = [
  [
    'email',
    'email|e mail|mail|mailadresse|courriel|correo|correo electronico|eposta|e posta|epost|poczta|adres email|mail address|contact email',
  ],
  [
    'phone',
    'phone|telephone|tel|mobile|cell|cellphone|fax|telefon|telefonnummer|handy|mobil|mobilnummer|rufnummer|telefoon|mobiel|portable|telefono|celular|movil|cellulare|telefone|komorka|cep|msisdn|whatsapp|phone number|contact number|nr telefonu',
  ],
  [
    'card',
    'card number|credit card|cc number|ccnum|card no|pan|kartennummer|kreditkarte|kreditkartennummer|carte|numero carte|carte bancaire|tarjeta|numero tarjeta|carta credito|cartao|kart no|payment card|cardnumber|creditcard|debit card',
  ],
  ['iban', 'iban|bank account|account number|kontonummer|compte|rib|cuenta|bankrekening|conto|hesap'],
  [
    'ip',
    'ip|ip address|ipaddress|ipaddr|ipv4|ipv6|client ip|remote addr|ip adresse|adresse ip|source ip|src ip|remote ip',
  ],
  [
    'given-name',
    'first name|firstname|given name|givenname|forename|fname|vorname|prenom|nombre|nombre pila|nome|voornaam|imie|adi|isim|middle name|fornamn',
  ],
  [
    'family-name',
    'last name|lastname|surname|family name|familyname|lname|nachname|familienname|nom famille|apellido|apellidos|cognome|achternaam|nazwisko|soyad|soyadi|sobrenome|efternamn|maiden name',
  ],
  [
    'name',
    'name|full name|fullname|customer name|client name|patient|patient name|employee name|passenger|passenger name|kunde|kundenname|ansprechpartner|contact name|contact|cardholder|account holder|kontoinhaber|nom|nom complet|nombre completo|nome completo|naam|person|holder|recipient|owner name|guest name|member name|student name|author|ad soyad',
  ],
  [
    'national-id',
    'ssn|social security|social security number|nino|national insurance|national id|nationalid|steuer id|steuerid|steuer idnr|idnr|steueridentifikationsnummer|tax id|taxid|tin|nir|insee|securite sociale|numero secu|dni|nie|nif|codice fiscale|bsn|burgerservicenummer|pesel|tckn|tc kimlik|kimlik no|cpf|aadhaar|aadhar|uidai|pan|ahv|avs|ahv nummer|personnummer|sozialversicherungsnummer|identity number|id card|curp|citizen id',
  ],
  [
    'birth-date',
    'dob|birth|birthday|birthdate|date of birth|birth date|born|geburtsdatum|geburtstag|geb datum|naissance|date naissance|nacimiento|fecha nacimiento|nascita|data nascita|geboortedatum|data urodzenia|dogum tarihi|nascimento|fodelsedatum',
  ],
  [
    'address',
    'address|street|street address|addr|address line|home address|adresse|anschrift|strasse|hausnummer|rue|direccion|calle|domicilio|indirizzo|via|adres|straat|ulica|endereco|adresi|gata',
  ],
  [
    'postcode',
    'postcode|zip|zipcode|zip code|postal code|postal|postalcode|plz|postleitzahl|code postal|codigo postal|cap|kod pocztowy|posta kodu|cep|postnummer|pincode|pin code',
  ],
  [
    'passport',
    'passport|passport number|passport no|passnummer|reisepass|reisepassnummer|passeport|pasaporte|passaporto|paspoort|paszport|pasaport',
  ],
  [
    'licence',
    'driver license|drivers license|driver licence|drivers licence|driving licence|driving license|license number|dl number|fuhrerschein|fuhrerscheinnummer|permis|permis conduire|carnet conducir|patente|rijbewijs|prawo jazdy|ehliyet|cnh',
  ],
];

const against: readonly string[] = (
  'product|item|file|filename|host|hostname|brand|company|firm|firma|shop|store|category|species|version|build|release|model|' +
  'sku|order|invoice|hash|checksum|sha|md5|uuid|guid|timestamp|latitude|longitude|lat|lon|lng|coordinate|price|amount|total|' +
  'team|club|city|country|region|state|column|variable|feature|class|table|device|app|song|title|movie|book|project|course|' +
  'event|campaign|plant|ship|station|airport|drug|gene|dish|color|colour|produkt|artikel|bestellung|rechnung|count|number of|' +
  'flag|status|type|verified|opt in|consent|length|domain|server|plan|package|subject|event name|mac|batch|lot|serial|tracking|ean|isbn|gtin'
).split('|');

/** A column's name as words without accents. */
export function wordsOfName(name: string): readonly string[] {
  return name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .replaceAll('ı', 'i')
    .replaceAll('ł', 'l')
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)
    .map((word) => word.replace(/^(\p{L}+)\d+$/u, '$1'))
    .filter(
      (word) =>
        word !== '' && !['of', 'the', 'de', 'di', 'da', 'du', 'der', 'la', 'le', 'no', 'nr', 'num', 's'].includes(word),
    );
}

const prepared = phrases.map(
  ([kind, list]) => [kind, list.split('|').map((phrase) => ` ${wordsOfName(phrase).join(' ')} `)] as const,
);

export type NameContext = {
  readonly kinds: ReadonlySet<PiiKind>;
  /** The name speaks of something that is no person. */
  readonly against: boolean;
};

/** What a name says. */
export function contextOf(name: string): NameContext {
  const text = ` ${wordsOfName(name).join(' ')} `;
  const kinds = new Set<PiiKind>();
  for (const [kind, list] of prepared)
    if (list.some((phrase) => phrase !== '  ' && text.includes(phrase))) kinds.add(kind);
  return { kinds, against: against.some((word) => text.includes(` ${word} `)) };
}
