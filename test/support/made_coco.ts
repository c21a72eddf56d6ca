/** Annotations of COCO's form about two pictures. */
export const COCO = {
  images: ["a.png", "b.png"].map((file_name, id) => ({
    ...{ id, width: 64, height: 64, file_name },
  })),
  categories: [{ id: 1, name: "cat" }],
  annotations: [0, 1].map((id) => ({
    ...{ id, image_id: id, category_id: 1, bbox: [1, 1, 20, 20], iscrowd: 0 },
  })),
};
