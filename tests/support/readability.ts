import { fleschKincaid } from 'flesch-kincaid';
import { syllable } from 'syllable';

export type Prose = {
  sentences: string[];
  /** The school grade that can read it, by Flesch and Kincaid. */
  grade: number;
};

/** Of a text to candidates, as a school grade. */
export const highestGrade = 8;

/** In words: above it, a sentence mostly holds more than one thought. */
export const longestSentence = 25;

const sentenceSegmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
const wordSegmenter = new Intl.Segmenter('en', { granularity: 'word' });

/**
 * Measures what is written in sentences. Headings, labels and buttons are left out: as short as they
 * are, they would only make the rest look easier.
 */
export function proseIn(lines: readonly string[]): Prose {
  const sentences = lines
    .filter((line) => /[.!?:]["”’)]?\s*$/.test(line))
    .flatMap((line) => [...sentenceSegmenter.segment(line)])
    .map(({ segment }) => segment.trim())
    .filter((sentence) => wordsOf(sentence).length > 0);
  const words = sentences.flatMap(wordsOf);
  const grade = fleschKincaid({
    sentence: sentences.length,
    word: words.length,
    syllable: words.reduce((sum, word) => sum + Math.max(1, syllable(word)), 0),
  });
  return { sentences, grade: words.length === 0 ? 0 : Math.round(grade * 10) / 10 };
}

export function wordsOf(text: string): string[] {
  return [...wordSegmenter.segment(text)].flatMap(({ segment, isWordLike }) => (isWordLike ? [segment] : []));
}
