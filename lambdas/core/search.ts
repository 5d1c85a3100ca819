/** Letters that no normalization takes apart, as they are written in English. */
const inEnglish: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ħ: 'h',
  ı: 'i',
  ŋ: 'n',
  ŧ: 't',
  '‘': "'",
  '’': "'",
  ʻ: "'",
  ʼ: "'",
};

/** The text for sorting and searching: without case, accents, and what nobody sees. */
export function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/[\p{M}\p{Cf}]/gu, '')
    .toLowerCase()
    .replaceAll(/[ßæœøłđðþħıŋŧ‘’ʻʼ]/g, (letter) => inEnglish[letter] ?? letter)
    .replaceAll(/\p{Pd}/gu, '-')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

const lettersForAMistake = 4;

/** Whether a text has every word of the query; a tolerant one allows one mistake in words of four letters or more. */
export function searchFor(query: string): (text: string, isTolerant: boolean) => boolean {
  const words = folded(query).split(' ').filter(Boolean);
  return (text, isTolerant) => {
    if (words.length === 0) return true;
    const place = folded(text);
    const missing = words.filter((word) => !place.includes(word));
    if (missing.length === 0 || !isTolerant) return missing.length === 0;
    const parts = partsOf(place);
    return missing.every(
      (word) => word.length >= lettersForAMistake && parts.some((part) => isOneMistakeAway(word, part)),
    );
  };
}

/** The words of a name and an address, what is before the @, and what hyphens and dots separate. */
function partsOf(text: string): string[] {
  return text.split(' ').flatMap((word) => [word, ...word.split('@'), ...word.split(/[^\p{L}\p{N}]+/u)]);
}

/** Whether one letter is wrong, missing or too many, or two neighbors are swapped. */
function isOneMistakeAway(one: string, other: string): boolean {
  let same = 0;
  while (same < one.length && one[same] === other[same]) same += 1;
  const [rest, otherRest] = [one.slice(same), other.slice(same)];
  return (
    rest.slice(1) === otherRest.slice(1) ||
    rest.slice(1) === otherRest ||
    rest === otherRest.slice(1) ||
    (rest.slice(2) === otherRest.slice(2) && rest[0] === otherRest[1] && rest[1] === otherRest[0])
  );
}
