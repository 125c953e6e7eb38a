import { expect, test } from "vitest";
import { friendly } from "./told";

const SPLIT = { decisions: [{ condition: "20 %: 30 <= draw < 50" }] };

test("what was told of a split, in words", () => {
  const english = "At 'A/B split 2' the path 'A' was taken, as this held: 20 %: 30 <= draw < 50. Seen: draw = 46.9.";
  expect(friendly(english, SPLIT, "en")).toBe(
    "At 'A/B split 2' the path 'A' was taken, as this held: drawn from 30 to 50 (20%). Seen: draw = 46.9.",
  );
  const korean = "'A/B 테스트 2'에서 조건 20 %: 30 <= draw < 50 충족으로 'A' 경로로 갔어요. 이때의 값: draw = 46.9.";
  expect(friendly(korean, SPLIT, "ko")).toBe(
    "'A/B 테스트 2'에서 조건 추첨 값 30~50(20%) 충족으로 'A' 경로로 갔어요. 이때의 값: 추첨 값 = 46.9.",
  );
});
