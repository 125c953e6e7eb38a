import { catalogue } from "../messages/text";

/** The statuses of versions. */
export const words = catalogue({
  draft: ["Draft", "초안"],
  test: ["In test", "테스트 중"],
  activatingTest: ["Test mode starting", "테스트 모드 켜는 중"],
  deactivatingTest: ["Test mode ending", "테스트 모드 끄는 중"],
  publishing: ["Publishing", "게시 중"],
  live: ["Live", "라이브"],
  closed: ["Closed to entries", "진입 마감"],
  stopping: ["Stopping", "중지 중"],
  stopped: ["Stopped", "중지"],
  finished: ["Finished", "종료"],
});
