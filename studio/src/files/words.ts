import { catalogue } from "../messages/text";

export const words = catalogue({
  chooseFile: ["Choose a file", "파일 선택"],
  badRows: ["{count} {count:row is/rows are} left out", "{count}개 행은 제외해요"],
  line: ["Line", "행"],
  why: ["Why", "이유"],
  value: ["Value", "값"],
  empty: ["No id", "ID가 없음"],
  long: ["Longer than 2,000 letters", "2,000자보다 긺"],
  repeated: ["Repeated", "반복"],
  type: ["Not of the field’s type", "필드 유형과 다름"],
  firstShown: ["The first {count} are shown.", "처음 {count}개만 보여 드려요."],
  refused: ["{count} {count:record was/records were} refused", "레코드 {count}개가 거부됐어요"],
});
