import { catalogue } from "../messages/text";

/** Words of the parts that every page is made of. */
export const words = catalogue({
  close: ["Close", "닫기"],
  cancel: ["Cancel", "취소"],
  save: ["Save", "저장"],
  search: ["Search", "검색"],
  clear: ["Clear", "지우기"],
  loading: ["Loading…", "불러오는 중…"],
  again: ["Try again", "다시 시도"],
  failed: ["This could not be loaded.", "불러올 수 없어요."],
  more: ["More actions", "더 보기"],
  columns: ["Columns", "열 설정"],
  shown: ["{shown} of {total}", "전체 {total}개 중 {shown}개"],
  previous: ["Previous page", "이전 페이지"],
  next: ["Next page", "다음 페이지"],
  page: ["Page {page} of {pages}", "{pages}쪽 중 {page}쪽"],
  clearFilters: ["Clear filters", "필터 초기화"],
  noMatch: ["Nothing matches these filters.", "이 조건에 맞는 항목이 없어요."],
  readOnly: ["You may look at this, not change it.", "보기만 할 수 있고 바꿀 수는 없어요."],
  remove: ["Remove", "빼기"],
  none: ["None", "없음"],
  sortBy: ["Sort by {column}", "{column} 기준 정렬"],
});
