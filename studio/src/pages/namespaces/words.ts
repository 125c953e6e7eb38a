import { catalogue } from "../../messages/text";

export const words = catalogue({
  title: ["Namespaces", "네임스페이스"],
  lead: [
    "Kinds of ids by which customers are known. Email, ECID, CRMID and Phone are there in any case.",
    "고객을 알아보는 ID의 종류예요. Email, ECID, CRMID, Phone은 기본으로 있어요.",
  ],
  create: ["Create a namespace", "네임스페이스 만들기"],
  emptyTitle: ["No namespace of your own yet", "아직 직접 만든 네임스페이스가 없어요"],
  emptyText: [
    "One of your own is for ids that only you have: of a loyalty card, of a shop account.",
    "멤버십 카드 번호나 쇼핑몰 계정처럼 자체 ID를 쓸 때 만들어 주세요.",
  ],
  newTitle: ["New namespace", "새 네임스페이스"],
});
