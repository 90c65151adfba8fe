/**
 * Trigonometry in WGSL. The builtins are only bounded by 2^-11 absolutely and only on [-pi, pi]; these reduce exactly, in
 * four pieces of pi / 2 up to 10^4 and by the bits of 2 / pi beyond, so every finite f32 is right to about two units.
 */
export const trigHelpers: Readonly<Record<string, string>> = {
  // high word of a 32 x 32-bit product
  fx_mul_high: `fn fx_mul_high(a: u32, b: u32) -> u32 {
  let al = a & 0xffffu;
  let ah = a >> 16u;
  let bl = b & 0xffffu;
  let bh = b >> 16u;
  let mid = ah * bl + ((al * bl) >> 16u);
  let low = al * bh + (mid & 0xffffu);
  return ah * bh + (mid >> 16u) + (low >> 16u);
}`,
  // Payne and Hanek: 62 bits of the fraction of |x| 2/pi -> (remainder, quadrant)
  fx_reduce_large: `fn fx_reduce_large(x: f32) -> vec2<f32> {
  var words = array<u32, 8>(0u, 0x28be60dbu, 0x9391054au, 0x7f09d5f4u, 0x7d4d3770u, 0x36d8a566u, 0x4f10e410u, 0x7f9458eau);
  let bits = bitcast<u32>(x);
  let m = ((bits & 0x007fffffu) << 8u) | 0x80000000u;
  let exponent = ((bits >> 23u) & 0xffu) - 126u;
  let i = exponent >> 5u;
  let shift = exponent & 31u;
  var w = vec3<u32>(words[i], words[i + 1u], words[i + 2u]);
  if (shift > 0u) {
    w = (w << vec3<u32>(shift)) | (vec3<u32>(words[i + 1u], words[i + 2u], words[i + 3u]) >> vec3<u32>(32u - shift));
  }
  let carry = fx_mul_high(m, w.z);
  var low = m * w.y + carry;
  var high = fx_mul_high(m, w.y) + select(0u, 1u, low < carry) + m * w.x;
  var quadrant = high >> 30u;
  high &= 0x3fffffffu;
  let above = high >= 0x20000000u;
  if (above) {
    quadrant += 1u;
    high = 0x40000000u - high - select(0u, 1u, low != 0u);
    low = 0u - low;
  }
  var scale = -30;
  if (high == 0u) {
    high = low;
    low = 0u;
    scale = -62;
  }
  let zeros = countLeadingZeros(high);
  let top = select((high << (zeros & 31u)) | (low >> ((32u - zeros) & 31u)), high, zeros == 0u);
  let r = f32(top) * fx_exp2i(scale - i32(zeros)) * 1.5707964f;
  let negative = x < 0f;
  return vec2<f32>(select(r, -r, above != negative), f32(select(quadrant, 0u - quadrant, negative) & 3u));
}`,
  // x = q pi/2 + r -> (r, q mod 4)
  fx_reduce: `fn fx_reduce(x: f32) -> vec2<f32> {
  if (!fx_is_finite(x)) { return vec2<f32>(fx_nan(), 0f); }
  if (abs(x) > 10000f) { return fx_reduce_large(x); }
  let n = round(x * 0.63661975f);
  let r = ((x - n * 1.5703125f) - n * 0.000483751297f) - n * 7.54953362e-8f;
  return vec2<f32>(r - n * 2.56334407e-12f, f32(i32(n) & 3));
}`,
  fx_sin_poly: `fn fx_sin_poly(x: f32) -> f32 {
  let z = x * x;
  return ((-1.9515296e-4f * z + 8.3321609e-3f) * z - 1.6666655e-1f) * (z * x) + x;
}`,
  fx_cos_poly: `fn fx_cos_poly(x: f32) -> f32 {
  let z = x * x;
  return 1f - (0.5f * z - ((2.4433157e-5f * z - 1.3887316e-3f) * z + 4.1666646e-2f) * (z * z));
}`,
  fx_sin: `fn fx_sin(x: f32) -> f32 {
  if (abs(x) < 2e-4f) { return x; }
  let reduced = fx_reduce(x);
  let q = i32(reduced.y);
  let r = select(fx_sin_poly(reduced.x), fx_cos_poly(reduced.x), (q & 1) == 1);
  return select(r, -r, q >= 2);
}`,
  fx_cos: `fn fx_cos(x: f32) -> f32 {
  let reduced = fx_reduce(x);
  let q = i32(reduced.y);
  let r = select(fx_cos_poly(reduced.x), fx_sin_poly(reduced.x), (q & 1) == 1);
  return select(r, -r, q == 1 || q == 2);
}`,
  fx_tan: `fn fx_tan(x: f32) -> f32 {
  if (abs(x) < 2e-4f) { return x; }
  let reduced = fx_reduce(x);
  let r = reduced.x;
  let z = r * r;
  let p = ((((9.38540185e-3f * z + 3.11992232e-3f) * z + 2.44301355e-2f) * z + 5.34112808e-2f) * z + 1.33387994e-1f) * z + 3.33331569e-1f;
  let t = p * (z * r) + r;
  return select(t, -1f / t, (i32(reduced.y) & 1) == 1);
}`,
  // asin of s = sqrt(z) for s <= 1/2
  fx_asin_poly: `fn fx_asin_poly(z: f32, s: f32) -> f32 {
  let p = (((4.2163199e-2f * z + 2.4181311e-2f) * z + 4.5470026e-2f) * z + 7.4953003e-2f) * z + 1.6666752e-1f;
  return p * (z * s) + s;
}`,
  fx_asin: `fn fx_asin(x: f32) -> f32 {
  let a = abs(x);
  if (fx_is_nan(x) || a > 1f) { return fx_nan(); }
  if (a <= 0.5f) { return fx_copysign(fx_asin_poly(a * a, a), x); }
  let z = 0.5f * (1f - a);
  return fx_copysign(1.5707964f - 2f * fx_asin_poly(z, sqrt(z)), x);
}`,
  fx_acos: `fn fx_acos(x: f32) -> f32 {
  let a = abs(x);
  if (fx_is_nan(x) || a > 1f) { return fx_nan(); }
  if (a <= 0.5f) { return 1.5707964f - (fx_copysign(fx_asin_poly(a * a, a), x) + 4.3711388e-8f); }
  let z = 0.5f * (1f - a);
  let r = 2f * fx_asin_poly(z, sqrt(z));
  return select(r, 3.1415927f - r, x < 0f);
}`,
  // atan of a >= 0
  fx_atan_positive: `fn fx_atan_positive(a: f32) -> f32 {
  var base = 0f;
  var t = a;
  if (a > 2.4142136f) {
    base = 1.5707964f;
    t = -1f / a;
  } else if (a > 0.41421357f) {
    base = 0.78539819f;
    t = (a - 1f) / (a + 1f);
  }
  let z = t * t;
  let p = ((8.05374450e-2f * z - 1.38776856e-1f) * z + 1.99777106e-1f) * z - 3.33329492e-1f;
  return base + (p * (z * t) + t);
}`,
  fx_atan: `fn fx_atan(x: f32) -> f32 {
  if (fx_is_nan(x)) { return x; }
  return fx_copysign(fx_atan_positive(abs(x)), x);
}`,
  // C's atan2
  fx_atan2: `fn fx_atan2(y: f32, x: f32) -> f32 {
  if (fx_is_nan(x) || fx_is_nan(y)) { return fx_nan(); }
  let ax = abs(x);
  let ay = abs(y);
  let big = max(ax, ay);
  var ratio = min(ax, ay) / big;
  if (big == 0f) { ratio = 0f; }
  if (min(ax, ay) == big && big > 0f) { ratio = 1f; }
  let t = fx_atan_positive(ratio);
  let acute = select(t, 1.5707964f - t, ay > ax);
  let r = select(acute, 3.1415927f - acute, bitcast<u32>(x) >= 0x80000000u);
  return fx_copysign(r, y);
}`,
}
