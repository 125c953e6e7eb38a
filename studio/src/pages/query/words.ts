import { catalogue } from "../../messages/text";

export const words = catalogue({
  title: ["Query", "쿼리"],
  lead: [
    "SQL over all that happened, seconds old at most. It can only read.",
    "지금까지 일어난 모든 일을 SQL로 조회해요. 몇 초 전 데이터까지 볼 수 있고, 읽기만 할 수 있어요.",
  ],
  datasets: ["Datasets", "데이터 세트"],
  sql: ["SQL", "SQL"],
  run: ["Run", "실행"],
  runHint: ["Ctrl+Enter runs it, too.", "Ctrl+Enter로도 실행할 수 있어요."],
  rows: ["{count} {count:row/rows}", "{count}행"],
  firstRows: ["The first {count} {count:row/rows}; an export has all.", "처음 {count}행이에요. 내보내면 모두 담겨요."],
  result: ["Result", "결과"],
  needsSql: ["Write a query first.", "먼저 쿼리를 입력해 주세요."],
});
