import { catalogue } from "../../messages/text";

export const words = catalogue({
  title: ["Quarantine", "격리"],
  lead: [
    "What could not be processed and was set aside, so that it holds up nobody else. Try it again once the cause is mended.",
    "처리할 수 없어 따로 둔 것이에요. 다른 고객은 기다리지 않아요. 원인을 고친 뒤 다시 시도해 주세요.",
  ],
  emptyTitle: ["Nothing is in quarantine", "격리한 것이 없어요"],
  emptyText: [
    "Whatever cannot be processed would be set aside here, with the reason.",
    "처리할 수 없는 것이 생기면 이유와 함께 여기에 따로 둬요.",
  ],
  item: ["Set aside", "격리 항목"],
  number: ["{kind} {id}", "{kind} {id}번"],
  what: ["What", "종류"],
  event: ["Event", "이벤트"],
  answer: ["Answer of a call", "호출 응답"],
  timer: ["Timer", "타이머"],
  record: ["Record", "레코드"],
  hold: ["Event that waited", "기다리던 이벤트"],
  journey: ["Journey", "여정"],
  person: ["Person", "고객"],
  sandbox: ["Sandbox", "샌드박스"],
  at: ["Since", "격리 시각"],
  reason: ["Reason", "이유"],
  payload: ["What it holds", "내용"],
  retry: ["Try again", "다시 시도"],
  drop: ["Drop", "버리기"],
  retryTitle: ["Try {count} {count:thing/things} again?", "{count}건을 다시 시도할까요?"],
  retryText: [
    "Each is processed once more, now. What fails again comes back here.",
    "지금 한 번 더 처리해요. 다시 실패하면 여기로 돌아와요.",
  ],
  dropTitle: ["Drop {count} {count:thing/things}?", "{count}건을 버릴까요?"],
  dropText: [
    "They will have no effect in any journey. This cannot be undone.",
    "어떤 여정에도 반영되지 않아요. 버리면 되돌릴 수 없어요.",
  ],
  retried: [
    "{count} {count:thing is/things are} tried again. What fails again comes back to this list.",
    "{count}건을 다시 시도했어요. 또 실패하면 이 목록에 다시 나타나요.",
  ],
  dropped: ["{count} {count:thing is/things are} dropped.", "{count}건을 버렸어요."],
  gone: ["It is not in quarantine any more.", "더는 격리되어 있지 않아요."],
});
