/** Korean particles after what only shows at run time: chosen from the final sound of what is read aloud. */

/** Whether a word that ends so is read with a final consonant; `l` for one that ends in ㄹ. */
export function finalSound(word: string): "none" | "l" | "other" {
  const last = word.replace(/[\s'"’”)\]}.,:;!?]+$/u, "").at(-1) ?? "";
  const code = last.codePointAt(0) ?? 0;
  if (code >= 0xac00 && code <= 0xd7a3) {
    const final = (code - 0xac00) % 28;
    return final === 0 ? "none" : final === 8 ? "l" : "other";
  }
  if (last >= "0" && last <= "9") {
    return /[178]/.test(last) ? "l" : /[036]/.test(last) ? "other" : "none"; // 일 칠 팔, 영 삼 육, 이 사 오 구
  }
  const letter = last.toLowerCase();
  if (letter === "l" || letter === "r") return "l"; // 엘, 아르/알
  return letter === "m" || letter === "n" ? "other" : "none"; // 엠 엔; of other Latin letters the name ends in a vowel
}

/** Of "은/는", "이/가", "을/를", "과/와", "으로/로" the one that follows the word; ㄹ takes 로. */
export function particle(word: string, pair: string): string {
  const [closed = "", open = ""] = pair.split("/");
  const sound = finalSound(word);
  return sound === "none" || (sound === "l" && open === "로") ? open : closed;
}
