export { CASES as dataCases } from "./data/cases.ts";
