import { catalogue } from "../messages/text";

/** Words that the pages of administration share. */
export const words = catalogue({
  "read-journeys": ["Read journeys", "여정 조회"],
  "manage-journeys": ["Manage journeys", "여정 관리"],
  "publish-journeys": ["Publish journeys", "여정 게시"],
  "read-configuration": ["Read events, data sources and actions", "이벤트·데이터 소스·액션 조회"],
  "manage-configuration": ["Manage events, data sources and actions", "이벤트·데이터 소스·액션 관리"],
  "read-reports": ["Read reports", "리포트 조회"],
  "manage-reports": ["Manage reports", "리포트 관리"],
  administer: ["Administer", "서비스 관리"],
  allSandboxes: ["All sandboxes", "모든 샌드박스"],
  name: ["Name", "이름"],
  description: ["Description", "설명"],
  save: ["Save", "저장"],
  cancel: ["Cancel", "취소"],
  delete: ["Delete", "삭제"],
  more: ["More actions", "더 보기"],
  done: ["Done", "완료"],
  nameTaken: ["There is one of this name already.", "이미 있는 이름이에요."],
  saved: ["‘{name}’ is saved.", "‘{name}’{name:을/를} 저장했어요."],
  deleted: ["‘{name}’ is deleted.", "‘{name}’{name:을/를} 삭제했어요."],
  notUndone: ["This cannot be undone.", "되돌릴 수 없어요."],
  "Limited access user": ["Limited access user", "제한된 사용자"],
  "Standard user": ["Standard user", "일반 사용자"],
  Administrators: ["Administrators", "관리자"],
  limited: ["Reads journeys and reports", "여정과 리포트를 볼 수 있어요."],
  standard: [
    "Manages and publishes journeys, manages reports, reads events, data sources and actions",
    "여정을 관리하고 게시하며 리포트를 관리해요. 이벤트·데이터 소스·액션은 볼 수 있어요.",
  ],
  administrators: ["Everything, users and sandboxes included", "사용자와 샌드박스까지 모두 관리해요."],
});
