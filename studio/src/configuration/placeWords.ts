import { catalogue, type Language, sayIn } from "../messages/text";

/** What the forms call the fields of documents. */
const words = catalogue({
  name: ["Name", "이름"],
  schema: ["Schema", "스키마"],
  condition: ["Event ID condition", "이벤트 ID 조건"],
  namespace: ["Namespace", "네임스페이스"],
  key: ["Key", "키"],
  supplementalKey: ["Supplemental key", "보조 키"],
  definition: ["Condition", "조건"],
  daily: ["Evaluated daily", "매일 계산 시각"],
  url: ["URL", "URL"],
  database: ["Database", "데이터베이스"],
  password: ["Password", "비밀번호"],
  method: ["Method", "메서드"],
  path: ["Dynamic path", "동적 경로"],
  query: ["Query parameters", "쿼리 매개변수"],
  headers: ["Headers", "헤더"],
  body: ["Action parameters", "액션 매개변수"],
  response: ["Answer", "응답"],
  authentication: ["Authentication", "인증"],
  clientCertificate: ["Client certificate", "클라이언트 인증서"],
  fieldGroups: ["Field groups", "필드 그룹"],
  fields: ["Fields", "필드"],
});

/** A place in a document as whoever fills in its form knows it: "Field groups › current". */
export function placeWords(field: string, language: Language): string {
  const [first = "", ...rest] = field.split(".");
  const known = first in words ? (sayIn(words, language) as (key: string) => string)(first) : first;
  return [known, ...rest].join(" › ");
}
