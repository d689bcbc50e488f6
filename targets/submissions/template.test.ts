import { describe, expect, it } from 'vitest';
import { InvalidTemplate, readTemplate } from './template.ts';

describe('a template', () => {
  it('says what it is built on, how, and how it is started', async () => {
    const text = 'language: java\nbuild: [javac A.java, "true"]\nstart: java A\nport: 7000\n';

    expect(await readTemplate(text, 't.yaml')).toEqual({
      file: 't.yaml',
      base: { kind: 'language', language: 'java' },
      build: ['javac A.java', 'true'],
      start: 'java A',
      port: 7000,
    });
    expect(await readTemplate('start: ./s {port}\nimage: a/b:1', 't')).toMatchObject({
      base: { kind: 'image', image: 'a/b:1' },
      build: [],
      port: null,
    });
  });

  it.each([
    ['', ':1:1 It says nothing.'],
    ['- a', ':1:1 It says nothing.'],
    ['build: make', ':1:1 start must be a command'],
    ['start: [a]', ':1:8 start must be a command'],
    ['start: a\nport: 70000', ':2:7 port must be a number from 1 to 65535.'],
    ['start: a {port}\nport: 7', ':2:7 start has {port}'],
    ['start: a\nlanguage: cobol', ':2:11 language must be one of c, python'],
    ['start: a\nlanguage: c\nimage: b', ':3:8 Either language or image'],
    ['start: a\nimage: "b c"', ':2:8 image must be the name of an image'],
    ['start: a\nmemory: 4G', ':2:1 "memory" is unknown here. Known are language, image, build'],
    ['start: "a', 't.yaml:1:'],
    ['start: a\nstart: b', 't.yaml:2:1 The key "start" is here twice: leave one of them out.'],
    ['port: &a 7\nstart: *a', 't.yaml:2:8 The alias *a is not followed here'],
    ['start: a\n---\nstart: b', 't.yaml:2:1 A second document begins here'],
    ['start: ' + '['.repeat(5000), 'This is nested deeper than can be read.'],
    ['#'.repeat(65_537), 't.yaml:1:1 It is larger than 64 KiB'],
  ])('is refused with line and column: %j', async (text, message) => {
    const reading = readTemplate(text, 't.yaml');

    await expect(reading).rejects.toBeInstanceOf(InvalidTemplate);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.not.toThrow(/call stack|… and|parseAllDocuments/u);
  });
});
