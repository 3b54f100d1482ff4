/**
 * Common given and family names of several languages, written down for this purpose and kept small: a column of names holds
 * enough common ones to be known by them; a single name is never judged alone.
 */
const given =
  'james john robert michael william david richard joseph thomas charles daniel matthew anthony mark paul steven andrew george ' +
  'kevin brian edward ryan jacob eric peter adam henry jack oliver harry noah liam ethan lucas mary patricia jennifer linda ' +
  'elizabeth barbara susan jessica sarah karen lisa nancy emily emma olivia sophia grace anna julia laura alice rachel hannah ' +
  'amy helen kate lucy chloe hans peter klaus jürgen stefan markus lukas felix jonas maximilian leon finn moritz sabine ' +
  'monika petra ursula heike katharina lena lea johanna marie jean pierre michel philippe nicolas julien antoine louis hugo ' +
  'camille claire sophie isabelle nathalie céline juan josé carlos luis miguel antonio manuel francisco javier diego maría ' +
  'carmen ana lucía elena marta isabel sofía valentina giuseppe giovanni marco luca francesco alessandro andrea matteo giulia ' +
  'chiara francesca martina jan piet kees willem daan sem anouk sanne piotr krzysztof andrzej tomasz paweł michał agnieszka ' +
  'małgorzata katarzyna ewa mehmet mustafa ahmet ali hüseyin ayşe fatma emine zeynep elif pedro joão paulo rafael gabriel ' +
  'beatriz mariana raj amit rahul sanjay vijay arjun priya anita sunita deepa mohammed muhammad omar hassan fatima aisha ' +
  'yusuf ivan dmitri sergei alexei olga natalia tatiana wei li ming hiroshi takashi yuki kenji lars erik anders nils ' +
  'ingrid astrid karin björn sven magnus';

const family =
  'smith johnson williams brown jones miller davis wilson anderson taylor moore jackson white harris clark lewis robinson ' +
  'walker young allen king wright scott green baker adams nelson hill campbell mitchell roberts carter phillips evans turner ' +
  'parker collins edwards stewart morris murphy cook rogers cooper reed bailey müller mueller schmidt schneider fischer ' +
  'weber meyer wagner becker schulz hoffmann schäfer koch bauer richter klein wolf schröder neumann schwarz zimmermann braun ' +
  'krüger hartmann lange martin bernard dubois durand leroy moreau simon laurent lefebvre michel garcia garcía rodríguez ' +
  'martínez hernández lópez gonzález pérez sánchez ramírez torres flores rivera gómez díaz fernández rossi russo ferrari ' +
  'esposito bianchi romano colombo ricci marino greco jansen devries bakker visser smit meijer nowak kowalski wiśniewski ' +
  'wójcik kowalczyk kamiński lewandowski yılmaz kaya demir çelik şahin öztürk silva santos oliveira souza pereira costa ' +
  'ferreira almeida sharma patel singh kumar gupta khan reddy mehta ivanov petrov smirnov popov wang zhang chen liu yang ' +
  'huang tanaka suzuki sato watanabe kim park choi nguyen tran larsson johansson andersson nilsson hansen olsen jensen ' +
  'nielsen pedersen lee';

const fold = (text: string): string => text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replace('ß', 'ss');

const givenNames: ReadonlySet<string> = new Set(given.split(' ').map(fold));
const familyNames: ReadonlySet<string> = new Set(family.split(' ').map(fold));

/** How many of a text's words are common names. */
export function commonNamesIn(text: string): {
  readonly given: number;
  readonly family: number;
  readonly words: number;
} {
  const words = fold(text)
    .split(/[^\p{L}']+/u)
    .filter((word) => word !== '');
  let givenFound = 0;
  let familyFound = 0;
  for (const word of words) {
    if (givenNames.has(word)) givenFound++;
    else if (familyNames.has(word)) familyFound++;
  }
  return { given: givenFound, family: familyFound, words: words.length };
}
