import { catalogue } from "../../messages/text";

export const words = catalogue({
  title: ["Events", "이벤트"],
  lead: [
    "What happens outside and begins journeys or moves them on: an order, a visit, a cancelled booking.",
    "밖에서 일어나 여정을 시작하거나 이어 주는 일이에요. 주문, 방문, 예약 취소 같은 것이에요.",
  ],
  create: ["Create an event", "이벤트 만들기"],
  emptyTitle: ["No event yet", "아직 이벤트가 없어요"],
  emptyText: [
    "An event says which messages concern journeys, whom they are about, and which fields journeys see.",
    "이벤트는 어떤 메시지가 여정과 관련 있는지, 누구에 관한 것인지, 여정이 어떤 필드를 볼 수 있는지 정해요.",
  ],
  event: ["Event", "이벤트"],
  name: ["Name", "이름"],
  type: ["Event ID type", "이벤트 ID 유형"],
  rule: ["Rule-based", "규칙 기반"],
  system: ["System-generated", "시스템 생성"],
  business: ["Business", "비즈니스"],
  schema: ["Schema", "스키마"],
  namespace: ["Namespace", "네임스페이스"],
  description: ["Description", "설명"],
});
