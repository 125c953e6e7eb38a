import { catalogue } from "../messages/text";

export const words = catalogue({
  title: ["Test call", "테스트 호출"],
  help: [
    "One real call, with the stored credentials; it is not repeated when it fails.",
    "저장된 인증 정보로 한 번 실제로 호출해요. 실패해도 다시 시도하지 않아요.",
  ],
  saveFirst: [
    "Save the changes first: what is saved is called.",
    "먼저 변경 사항을 저장해 주세요. 저장된 내용으로 호출해요.",
  ],
  call: ["Make the call", "호출"],
  calling: ["Calling…", "호출하는 중…"],
  result: ["What came of it", "결과"],
  took: ["Status {status}, after {took} ms.", "상태 코드 {status}, {took} ms 걸렸어요."],
  tookOnly: ["Good, after {took} ms.", "잘 됐어요. {took} ms 걸렸어요."],
  missing: [
    "Missing in the answer, or of another type than the example: {fields}.",
    "응답에 없거나 예시와 유형이 다른 필드가 있어요. {fields}",
  ],
  sent: ["Sent", "요청"],
  sentBody: ["Body that was sent", "요청 본문"],
  answer: ["Answer", "응답"],
});
