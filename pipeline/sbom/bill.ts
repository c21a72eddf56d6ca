import {
  Enums,
  Models,
  Serialize,
  SPDX,
  Spec,
} from "npm:@cyclonedx/cyclonedx-library@10.3.0";
import { Buffer } from "node:buffer";
import type { LockedPackage } from "./locked_packages.ts";

/** What the bill is of. */
export interface Product {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/**
 * A software bill of materials: CycloneDX 1.6 as JSON, of a product and the packages that its
 * lock file fixes, with hashes, licences and dependencies. The same packages give the same
 * text.
 *
 * @param direct The packages that the product itself imports, each as `name@version`.
 */
export function billOfMaterials(
  product: Product,
  packages: readonly LockedPackage[],
  direct: readonly string[],
): string {
  const { Component, Bom, Metadata } = Models;
  const root = new Component(Enums.ComponentType.Application, product.name, {
    ...{ version: product.version, bomRef: product.name },
    licenses: new Models.LicenseRepository([licenseOf(product.license)]),
  });
  const components = new Map(packages.map((own) => [own.key, componentOf(own)]));
  for (const { key, name, version, dependencies } of packages) {
    const component = components.get(key)!;
    if (direct.includes(`${name}@${version}`)) root.dependencies.add(component.bomRef);
    for (const needed of dependencies) {
      component.dependencies.add(components.get(needed)!.bomRef);
    }
  }
  const bom = new Bom({
    metadata: new Metadata({ component: root }),
    components: new Models.ComponentRepository(components.values()),
  });
  const normalise = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  const serialise = new Serialize.JsonSerializer(normalise);
  return serialise.serialize(bom, { sortLists: true, space: 2 }) + "\n";
}

function componentOf({ key, name, version, integrity, license }: LockedPackage) {
  const [, hash] = /^sha512-(.+)$/.exec(integrity) ?? [];
  if (hash === undefined) {
    throw new Error(`deno.lock: ${key} has ${integrity} instead of a hash of SHA-512`);
  }
  const content = Buffer.from(hash, "base64").toString("hex");
  return new Models.Component(Enums.ComponentType.Library, name, {
    ...{ version, bomRef: key },
    purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
    hashes: new Models.HashDictionary([[Enums.HashAlgorithm["SHA-512"], content]]),
    licenses: new Models.LicenseRepository(
      license === undefined ? [] : [licenseOf(license)],
    ),
  });
}

function licenseOf(text: string) {
  return SPDX.isSupportedSpdxId(text)
    ? new Models.SpdxLicense(text)
    : new Models.LicenseExpression(text);
}
