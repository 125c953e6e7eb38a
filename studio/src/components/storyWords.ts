import { catalogue } from "../messages/text";

export const words = catalogue({
  decision: ["What was decided on", "판단에 쓴 값"],
  holds: ["holds", "참"],
  fails: ["does not hold", "거짓"],
  notAsked: ["not asked", "확인하지 않음"],
  payload: ["Payload of ‘{name}’", "‘{name}’ 페이로드"],
  call: ["Call of {name}", "{name} 호출"],
  request: ["Request", "요청"],
  answer: ["Answer", "응답"],
  open: ["No answer yet.", "아직 응답이 없어요."],
});
