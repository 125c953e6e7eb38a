import { catalogue } from "../../messages/text";

export const words = catalogue({
  title: ["Datasets", "데이터 세트"],
  lead: [
    "Where records come in, each dataset of one schema. Those for profile make up what is known of customers.",
    "레코드를 받는 곳이에요. 데이터 세트마다 스키마가 하나예요. 프로필에 쓰는 데이터 세트가 고객 정보를 만들어요.",
  ],
  create: ["Create a dataset", "데이터 세트 만들기"],
  emptyTitle: ["No dataset yet", "아직 데이터 세트가 없어요"],
  emptyText: [
    "Customers' attributes and events come into datasets. One of a profile schema is a good first.",
    "고객 속성과 이벤트는 데이터 세트로 들어와요. 먼저 프로필 스키마의 데이터 세트를 만들어 보세요.",
  ],
  newTitle: ["New dataset", "새 데이터 세트"],
  schema: ["Schema", "스키마"],
  schemaHelp: ["What its records look like.", "레코드의 모양을 정해요."],
  profile: ["Enabled for profile", "프로필에 사용"],
  profileHelp: ["Its records reach the profile store.", "레코드가 프로필 저장소로 들어가요."],
  schemaOff: [
    "The schema ‘{schema}’ is not enabled for profile. Enable it there first.",
    "‘{schema}’ 스키마를 프로필에 사용하지 않아요. 스키마에서 먼저 사용하도록 설정해 주세요.",
  ],
  toSchema: ["Open the schema", "스키마 열기"],
});
