/** Words of the product page about which step left a defect. */

export const productText = {
  causes: {
    title: "Which step left it",
    note: "Each reading is taken back to the moment when this product was at that step, and held against its normal range there.",
    rank: (n: number) => `${n}.`,
    score: { clear: "Clear", likely: "Likely", weak: "Weak" },
    scoreNote: {
      clear: "far outside its normal range, or entered as a fault",
      likely: "outside its normal range, or a stop was entered",
      weak: "just outside its normal range, or a consequence of another step",
    },
    thereAt: "This product was there at",
    entered: "Entered about this step:",
    chart: (tag: string, minutes: number) => `${tag}, ${minutes} minutes around it`,
    there: "This product was here",
    openTag: "This value on the line page",
    openStep: "This step on the line page",
    noneTitle: "Not enough evidence",
    none: "No value was outside its normal range when this product was at its step, and nobody had entered a fault there. The defect may come from something that is not measured.",
    enter: "Was something wrong? Enter it on the line page, and it counts from then on.",
    passedTitle: "Nothing to ask",
    passed: "This product passed: no step is asked for.",
    explainedTitle: "Not judged",
    explained: "No verdict was reached, so there is no defect to take back to a step.",
    marked: (rank: number) => `Cause ${rank}`,
  },
};
