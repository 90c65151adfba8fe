/** Helper functions whose meaning WGSL leaves open: NaN, signed zero, division by zero, casts out of range. */
export const basicHelpers: Readonly<Record<string, string>> = {
  // zero, but not to the compiler: what is built from it is no constant expression, so it may be NaN or infinite
  fx_zero: 'var<private> fx_zero: u32 = 0u;',
  fx_nan: `fn fx_nan() -> f32 {
  return bitcast<f32>(0x7fc00000u ^ fx_zero);
}`,
  fx_inf: `fn fx_inf() -> f32 {
  return bitcast<f32>(0x7f800000u ^ fx_zero);
}`,
  fx_is_nan: `fn fx_is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}`,
  fx_is_finite: `fn fx_is_finite(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}`,
  // the magnitude of m >= 0 with the sign of s
  fx_copysign: `fn fx_copysign(m: f32, s: f32) -> f32 {
  return bitcast<f32>(bitcast<u32>(m) | (bitcast<u32>(s) & 0x80000000u));
}`,
  // the larger; NaN if either is; of two zeros, +0
  fx_max: `fn fx_max(a: f32, b: f32) -> f32 {
  let r = select(b, a, a > b || fx_is_nan(a));
  return select(r, bitcast<f32>(bitcast<u32>(a) & bitcast<u32>(b)), a == b);
}`,
  // the smaller; NaN if either is; of two zeros, -0
  fx_min: `fn fx_min(a: f32, b: f32) -> f32 {
  let r = select(b, a, a < b || fx_is_nan(a));
  return select(r, bitcast<f32>(bitcast<u32>(a) | bitcast<u32>(b)), a == b);
}`,
  fx_sign: `fn fx_sign(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  let one = bitcast<f32>(0x3f800000u | (bits & 0x80000000u));
  return select(one, x, (bits & 0x7fffffffu) == 0u || fx_is_nan(x));
}`,
  fx_keep_zero: `fn fx_keep_zero(r: f32, x: f32) -> f32 {
  return select(r, fx_copysign(0f, x), r == 0f);
}`,
  // C's fmod, exactly: long division of the significands, eight bits a step
  fx_rem_f32: `fn fx_rem_f32(x: f32, y: f32) -> f32 {
  let sign = bitcast<u32>(x) & 0x80000000u;
  let ux = bitcast<u32>(x) & 0x7fffffffu;
  let uy = bitcast<u32>(y) & 0x7fffffffu;
  if (uy == 0u || uy > 0x7f800000u || ux >= 0x7f800000u) { return fx_nan(); }
  if (ux < uy) { return x; }
  var e = max(ux >> 23u, 1u);
  var f = max(uy >> 23u, 1u);
  let my = (uy & 0x007fffffu) | select(0u, 0x00800000u, uy >= 0x00800000u);
  var m = ((ux & 0x007fffffu) | select(0u, 0x00800000u, ux >= 0x00800000u)) % my;
  while (e > f) {
    let step = min(e - f, 8u);
    m = (m << step) % my;
    e -= step;
  }
  if (m == 0u) { return bitcast<f32>(sign); }
  let shift = min(countLeadingZeros(m) - 8u, f - 1u);
  m <<= shift;
  f -= shift;
  return bitcast<f32>(sign | select(m, (f << 23u) | (m & 0x007fffffu), m >= 0x00800000u));
}`,
  // the nearest f16, half to even, by the bits: WGSL leaves open how a conversion rounds. Below 2^-14, a multiple of 2^-24
  fx_half: `fn fx_half(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  let size = bits & 0x7fffffffu;
  if (size > 0x7f800000u) { return x; }
  if (size >= 0x477ff000u) { return fx_copysign(fx_inf(), x); }
  if (size >= 0x38800000u) {
    return bitcast<f32>((bits & 0x80000000u) | ((size + 0xfffu + ((size >> 13u) & 1u)) & 0xffffe000u));
  }
  let shift = min(126u - (size >> 23u), 31u);
  let m = (size & 0x007fffffu) | 0x00800000u;
  let n = (m + (1u << (shift - 1u)) - 1u + ((m >> shift) & 1u)) >> shift;
  return fx_copysign(f32(n) * 5.9604645e-8f, x);
}`,
  fx_div_i32: `fn fx_div_i32(a: i32, b: i32) -> i32 {
  if (b == 0) { return -1; }
  if (b == -1) { return -a; }
  return a / b;
}`,
  fx_div_u32: `fn fx_div_u32(a: u32, b: u32) -> u32 {
  if (b == 0u) { return 0xffffffffu; }
  return a / b;
}`,
  fx_rem_i32: `fn fx_rem_i32(a: i32, b: i32) -> i32 {
  if (b == 0) { return a; }
  if (b == -1) { return 0; }
  return a % b;
}`,
  fx_rem_u32: `fn fx_rem_u32(a: u32, b: u32) -> u32 {
  if (b == 0u) { return a; }
  return a % b;
}`,
  fx_shl_i32: `fn fx_shl_i32(a: i32, b: i32) -> i32 {
  return select(a << (u32(b) & 31u), 0, u32(b) >= 32u);
}`,
  fx_shl_u32: `fn fx_shl_u32(a: u32, b: u32) -> u32 {
  return select(a << (b & 31u), 0u, b >= 32u);
}`,
  fx_shr_i32: `fn fx_shr_i32(a: i32, b: i32) -> i32 {
  return a >> min(u32(b), 31u);
}`,
  fx_shr_u32: `fn fx_shr_u32(a: u32, b: u32) -> u32 {
  return select(a >> (b & 31u), 0u, b >= 32u);
}`,
  fx_pow_u32: `fn fx_pow_u32(base: u32, exponent: u32) -> u32 {
  var r = 1u;
  var b = base;
  for (var e = exponent; e > 0u; e >>= 1u) {
    if ((e & 1u) == 1u) { r *= b; }
    b *= b;
  }
  return r;
}`,
  // a negative exponent gives 1 / base^|e| cut to a whole number
  fx_pow_i32: `fn fx_pow_i32(base: i32, exponent: i32) -> i32 {
  if (exponent >= 0) { return bitcast<i32>(fx_pow_u32(bitcast<u32>(base), u32(exponent))); }
  if (base == 1) { return 1; }
  if (base == -1) { return select(1, -1, (exponent & 1) == 1); }
  return 0;
}`,
  fx_f32_to_i32: `fn fx_f32_to_i32(x: f32) -> i32 {
  if (fx_is_nan(x)) { return 0; }
  if (x >= 2147483648f) { return 2147483647; }
  if (x < -2147483648f) { return i32(-2147483648); }
  return i32(x);
}`,
  fx_f32_to_u32: `fn fx_f32_to_u32(x: f32) -> u32 {
  if (fx_is_nan(x) || x <= 0f) { return 0u; }
  if (x >= 4294967296f) { return 0xffffffffu; }
  return u32(x);
}`,
}
