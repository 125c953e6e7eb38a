import { catalogue } from "../../messages/text";

export const words = catalogue({
  title: ["Rule sets", "규칙 모음"],
  lead: [
    "How often customers may hear from you, and at which hours not. They hold for marketing messages.",
    "고객에게 얼마나 자주, 어느 시간에 보내지 않을지 정해요. 마케팅 메시지에 적용돼요.",
  ],
  create: ["Create a rule set", "규칙 모음 만들기"],
  emptyTitle: ["No rule set yet", "아직 규칙 모음이 없어요"],
  emptyText: [
    "Without rules, somebody who is in five journeys may get five mails in a day, or one at night.",
    "규칙이 없으면 여정 다섯 개를 지나는 고객이 하루에 이메일 다섯 통을 받거나 밤중에 받을 수 있어요.",
  ],
  newTitle: ["New rule set", "새 규칙 모음"],
  scope: ["Where it holds", "적용 범위"],
  named: ["In journeys that name it", "지정한 여정"],
  namedHelp: ["They choose it in their properties.", "여정 속성에서 골라요."],
  everywhere: ["In all journeys of the sandbox", "샌드박스의 모든 여정"],
  everywhereHelp: ["Also in those that are live.", "라이브 여정에도 적용돼요."],
  frequency: ["Frequency", "발송 빈도"],
  frequencyHelp: [
    "The channels of a rule are counted together, over all journeys. What would be too much is left out.",
    "규칙에 고른 채널을 모두 합쳐, 모든 여정에서 세어요. 넘는 메시지는 보내지 않아요.",
  ],
  addRule: ["Add a rule", "규칙 추가"],
  removeRule: ["Remove rule {number}", "규칙 {number} 빼기"],
  rule: ["Rule {number}", "규칙 {number}"],
  channels: ["Channels", "채널"],
  limit: ["Maximum messages", "최대 메시지 수"],
  period: ["In any", "기간"],
  atMost: ["at most {limit} in {period}", "{period} 동안 최대 {limit}건"],
  quiet: ["Quiet hours", "방해 금지 시간"],
  quietHelp: [
    "By the customer's clock. Messages that fall into them go out at their end.",
    "고객의 시간대를 따라요. 이 시간에 걸린 메시지는 끝나는 시각에 보내요.",
  ],
  from: ["From", "시작"],
  to: ["To", "끝"],
});
