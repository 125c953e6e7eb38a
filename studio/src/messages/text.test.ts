import { expect, test } from "vitest";
import { finalSound, particle } from "./particle";
import { type Catalogue, catalogue, format, number, percent, sayIn } from "./text";

const words = catalogue({
  deleted: ["The journey ‘{name}’ is deleted.", "‘{name}’{name:을/를} 삭제했어요."],
  people: ["{count} {count:customer/customers}", "고객 {count}명"],
});

test("a text in each language", () => {
  expect(sayIn(words, "en")("people", { count: 1 })).toBe("1 customer");
  expect(sayIn(words, "en")("people", { count: 1204 })).toBe("1,204 customers");
  expect(sayIn(words, "ko")("people", { count: 1204 })).toBe("고객 1,204명");
  expect(sayIn(words, "ko")("deleted", { name: "장바구니" })).toBe("‘장바구니’를 삭제했어요.");
  expect(sayIn(words, "ko")("deleted", { name: "알림" })).toBe("‘알림’을 삭제했어요.");
});

test("values are not read as texts", () => {
  expect(format("{a}", { a: "{b}", b: "no" }, "en")).toBe("{b}");
});

test.each([
  ["사과", "none"],
  ["서울", "l"],
  ["부산", "other"],
  ["v7", "l"],
  ["v2", "none"],
  ["v3", "other"],
  ["email", "l"],
  ["Amazon", "other"],
  ["win-back", "none"],
  ["‘서울’", "l"],
])("the final sound of %s", (word, sound) => expect(finalSound(word)).toBe(sound));

test("particles by final sound; ㄹ takes 로", () => {
  expect(particle("서울", "으로/로")).toBe("로");
  expect(particle("부산", "으로/로")).toBe("으로");
  expect(particle("서울", "은/는")).toBe("은");
  expect(particle("제주", "이/가")).toBe("가");
});

test("numbers and shares", () => {
  expect(number(12345.678, "en")).toBe("12,345.68");
  expect(percent(0.345, "en")).toBe("35%");
  expect(percent(0.012, "ko")).toBe("1.2%");
});

/** Every catalogue of the studio. */
const catalogues = Object.entries(
  import.meta.glob<Record<string, Catalogue>>("../**/*ords.ts", { eager: true }),
).flatMap(([path, module]) =>
  Object.entries(module).map(([name, texts]): [string, Catalogue] => [`${path} ${name}`, texts]),
);

test("there are catalogues", () => expect(catalogues.length).toBeGreaterThan(3));

test("every catalogue is where these tests look", () => {
  const sources = import.meta.glob<string>("../**/*.{ts,tsx}", { eager: true, query: "?raw", import: "default" });
  const strays = Object.entries(sources).filter(
    ([path, text]) => text.includes("catalogue({") && !/ords\.ts$|\.test\.ts$/.test(path),
  );
  expect(strays.map(([path]) => path)).toEqual([]);
});

test.each(catalogues)("%s is written in both languages", (_, texts) => {
  const values = (text: string) => [...new Set([...text.matchAll(/\{(\w+)/g)].map((found) => found[1]))].sort();
  for (const [key, [en, ko]] of Object.entries(texts)) {
    expect(en.trim(), key).not.toBe("");
    expect(ko.trim(), key).not.toBe("");
    expect(/[가-힣]/.test(en), `${key} is English`).toBe(false);
    expect(values(ko), `${key} names the same values`).toEqual(values(en));
  }
});

/** What Korean texts must not say (the tone is told in src/sojourn/messages/__init__.py), and why: words that the glossary replaces, registers and forms that it rules out. */
const FORBIDDEN: readonly (readonly [RegExp, string])[] = [
  [/(니다|니까|십시오|(?<![주보])세요|[^\s니]다|죠)(?=[.?!:(]|$)/, "another register than 해요체"],
  [/[은을이와]\([는를가과]\)|\(으\)로/, "a particle left open"],
  [/에러|유효하지 않|당신|귀하|정말로|죄송/, "tone"],
  [/보고서|오케스트레이션|사용자 지정 (작업|액션)|발행|출시|재입장|데이터셋|프로파일|장치|파라미터/, "glossary"],
  [/(여정|이벤트|고객|활동|경로|액션)들/, "no plural of things"],
  [/!$/, "no exclamation mark"],
];

test.each(catalogues)("%s keeps to the glossary", (_, texts) => {
  for (const [key, [, ko]] of Object.entries(texts)) {
    for (const [pattern, why] of FORBIDDEN) expect(pattern.test(ko), `${key}: ${ko} (${why})`).toBe(false);
  }
});
