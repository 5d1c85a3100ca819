import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { folded, searchFor } from '../../lambdas/core/search.ts';

const people = [
  'María López-García mlopez@school.edu',
  'Sean O’Brien sean.obrien+cma@example.com',
  'Łukasz Groß LUKASZ@Example.com',
  'Jo Smith jo_smith@mail.example.org',
  'Þóra Sæmundsdóttir thora@example.is',
  'Diyar Yıldız dy@example.net',
];
const foundBy = (query: string, isTolerant: boolean) =>
  people.filter((one) => searchFor(query)(one, isTolerant)).map((one) => one.split(' ')[0]);

describe('a search', () => {
  test.each([
    ['maria lopez', ['María']],
    ['GARCÍA   mar', ['María']],
    ['mlopez', ['María']],
    ["o'brien", ['Sean']],
    ['O‘BRIEN sean.obrien+CMA@example.com', ['Sean']],
    ['lukasz gross', ['Łukasz']],
    ['thora saemundsdottir', ['Þóra']],
    ['yildiz', ['Diyar']],
    ['lopez–garcia', ['María']],
    ['example.', ['Sean', 'Łukasz', 'Jo', 'Þóra', 'Diyar']],
    ['sean smith', []],
    ['lopes', []],
  ])('for %j finds %j', (query, expected) => {
    expect(foundBy(query, false)).toEqual(expected);
  });

  test.each([
    ['lopes', ['María']],
    ['garica lopez', ['María']],
    ['lopezgarcia', ['María']],
    ['mlopez@schol.edu', ['María']],
    ['mlopes maria', ['María']],
    ['obryen', ['Sean']],
    ['luksaz', ['Łukasz']],
    ['jo smiht', ['Jo']],
    ['jo_smth', ['Jo']],
    ['ja smith', []],
    ['smtih jo', ['Jo']],
    ['smhti', []],
    ['jop', []],
    ['garciaaa', []],
  ])('for %j, allowing for a mistake, finds %j', (query, expected) => {
    expect(foundBy(query, true)).toEqual(expected);
  });

  test('finds any part of any text, and with any one mistake any word of at least five letters', () => {
    const word = fc.stringMatching(/^[a-z]{5,9}$/);
    const oneMistake = fc.tuple(word, fc.nat(), fc.constantFrom('swap', 'drop', 'add', 'change'));
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), fc.nat(), (text, from, size) => {
        const start = from % (text.length + 1);
        const part = folded(text).slice(start, start + (size % 9));

        expect(folded(folded(text))).toBe(folded(text));
        expect(searchFor(part)(text, false)).toBe(true);
      }),
    );
    fc.assert(
      fc.property(oneMistake, ([one, where, what]) => {
        const at = where % (one.length - 1);
        const [start, first, second, end] = [one.slice(0, at), one[at], one[at + 1], one.slice(at + 2)];
        const typed = {
          swap: start + second + first + end,
          drop: start + second + end,
          add: `${start}${first}x${second}${end}`,
          change: `${start}x${second}${end}`,
        };
        expect(searchFor(typed[what])(`Ana ${one} a@b.c`, true)).toBe(true);
      }),
    );
  });
});
