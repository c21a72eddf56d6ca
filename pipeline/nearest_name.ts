export { nearestName } from "../data/nearest_name.ts";
