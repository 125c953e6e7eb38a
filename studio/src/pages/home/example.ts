/** What a first journey can be made of before anything is configured: a shop's purchases. */
export const EXAMPLE = {
  schemas: [{ name: "shop_purchase", fields: { _shop: { value: "decimal", product: "string" } } }],
  events: [
    {
      name: "Purchase",
      schema: "shop_purchase",
      type: "rule",
      condition: '@{Purchase.eventType} == "commerce.purchases"',
      namespace: "CRMID",
    },
  ],
} as const;
