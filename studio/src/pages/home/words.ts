import { catalogue } from "../../messages/text";

export const words = catalogue({
  hello: ["Home", "홈"],
  leadRunning: ["What runs, and what needs you.", "지금 진행 중인 여정과 확인이 필요한 일이에요."],
  running: ["Running journeys", "진행 중인 여정"],
  drafts: ["Drafts", "초안"],
  attention: ["Needs attention", "확인 필요"],
  allWell: ["Everything runs as it should.", "모두 잘 돌아가고 있어요."],
  entered: ["Entered", "진입"],
  current: ["On the way", "진행 중"],
  completed: ["Completed", "완료"],
  failed: ["Failed", "실패"],
  report: ["Report", "리포트"],
  failedCount: [
    "‘{name}’: {count} {count:customer/customers} failed.",
    "‘{name}’ 여정에서 고객 {count}명이 실패했어요.",
  ],
  quarantinedCount: [
    "‘{name}’: {count} {count:thing is/things are} set aside because of a fault.",
    "‘{name}’ 여정에서 {count}건을 격리했어요.",
  ],
  open: ["Look", "보기"],
  edit: ["Continue", "이어서 작업"],
  received: ["{count} events since the server started", "서버 시작 후 받은 이벤트 {count}건"],
  openCalls: ["{count} calls under way", "진행 중인 호출 {count}건"],
  firstTitle: ["Your first journey in three steps", "세 단계로 만드는 첫 여정"],
  firstLead: [
    "A journey answers what a customer does with what you want to happen next. It takes a few minutes.",
    "고객의 행동에 맞춰 다음에 할 일을 정해 두는 것이 여정이에요. 몇 분이면 만들 수 있어요.",
  ],
  step1: ["An event", "이벤트"],
  step1Text: [
    "Say what to listen to: a purchase, a sign-up, a visit. A technical colleague may have done this.",
    "구매, 가입, 방문처럼 무엇을 들을지 정해요. 개발 담당자가 미리 만들어 두었을 수도 있어요.",
  ],
  step2: ["A journey", "여정"],
  step2Text: [
    "Put conditions, waits and actions behind the event, as if you told it to a colleague.",
    "이벤트 뒤에 조건, 대기, 액션을 놓아요. 동료에게 설명하듯이 이어 가면 돼요.",
  ],
  step3: ["Publish", "게시"],
  step3Text: [
    "Read what will happen, publish, and watch the first customers walk.",
    "무슨 일이 일어날지 확인하고 게시하면 첫 고객이 움직이는 모습을 볼 수 있어요.",
  ],
  createJourney: ["Create a journey", "여정 만들기"],
  openDraft: ["Open the draft", "초안 열기"],
  done: ["Done", "완료"],
});
