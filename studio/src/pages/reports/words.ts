import { catalogue } from "../../messages/text";

export const words = catalogue({
  title: ["Reports", "리포트"],
  lead: [
    "All journeys in numbers; choose one for its report.",
    "모든 여정을 숫자로 볼 수 있어요. 여정을 선택하면 리포트가 열려요.",
  ],
  journey: ["Journey", "여정"],
  status: ["Status", "상태"],
  entered: ["Entered", "진입"],
  current: ["On the way", "진행 중"],
  completed: ["Completed", "완료"],
  completionRate: ["Completion rate", "완료율"],
  failed: ["Failed", "실패"],
  errors: ["Errors", "오류"],
  emptyTitle: ["Nothing to report yet", "아직 리포트가 없어요"],
  emptyText: [
    "As soon as a customer enters a journey, its numbers are here.",
    "고객이 여정에 진입하면 바로 숫자가 나타나요.",
  ],
});
