/**
 * The exponential family in WGSL. WGSL lets `exp` err by 3 + 2|x| units in the last place and has no `expm1`, so these
 * reduce by multiples of ln 2 and evaluate one polynomial: about one unit everywhere, on every driver.
 */
export const expHelpers: Readonly<Record<string, string>> = {
  // 2^n for a whole n in [-126, 127], from its bits; 0 for -127
  fx_exp2i: `fn fx_exp2i(n: i32) -> f32 {
  return bitcast<f32>(u32(n + 127) << 23u);
}`,
  // x * 2^n in two steps, so that results below the normal range round once
  fx_ldexp: `fn fx_ldexp(x: f32, n: i32) -> f32 {
  let half = n >> 1u;
  return x * fx_exp2i(half) * fx_exp2i(n - half);
}`,
  // 1.5 * 2^23, added, rounds to a whole number that then stands in the last bits: compilers cannot take it for no change
  fx_nearest: `fn fx_nearest(x: f32) -> i32 {
  return bitcast<i32>(x + 12582912f) - 0x4b400000;
}`,
  // r of x = n ln 2 + r
  fx_exp_rest: `fn fx_exp_rest(x: f32, n: f32) -> f32 {
  return (x - n * 0.69314575f) - n * 1.4286068e-6f;
}`,
  // e^r - 1 - r for |r| <= 0.35: the least error of any of this degree beside that of e^r - 1, a quarter of what rounding makes
  fx_exp_tail: `fn fx_exp_tail(r: f32) -> f32 {
  let p = (((1.386842e-3f * r + 8.366434e-3f) * r + 4.166746e-2f) * r + 1.6666545e-1f) * r + 4.9999997e-1f;
  return p * (r * r);
}`,
  // e^x / 2^n - 1
  fx_exp_part: `fn fx_exp_part(x: f32, n: f32) -> f32 {
  let r = fx_exp_rest(x, n);
  return fx_exp_tail(r) + r;
}`,
  // e^x * 2^m: the halving in sinh and cosh must come before the overflow
  fx_exp_scaled: `fn fx_exp_scaled(x: f32, m: i32) -> f32 {
  let t = clamp(x, -104f, 90f);
  let n = fx_nearest(t * 1.442695f);
  return select(fx_ldexp(1f + fx_exp_part(t, f32(n)), n + m), x, fx_is_nan(x));
}`,
  // n is added to the exponent's bits; below the normal range is 0, and above it infinity
  fx_exp: `fn fx_exp(x: f32) -> f32 {
  let t = clamp(x, -88f, 89f);
  let n = fx_nearest(t * 1.442695f);
  let bits = bitcast<i32>(1f + fx_exp_part(t, f32(n))) + (n << 23u);
  let e = bitcast<f32>(select(min(bits, 0x7f800000), 0, bits < 0x00800000));
  return select(e, x, fx_is_nan(x));
}`,
  // e^x - 1 for x in [-20, 18]
  fx_expm1_near: `fn fx_expm1_near(x: f32) -> f32 {
  let n = fx_nearest(x * 1.442695f);
  let scale = fx_exp2i(n);
  return scale * fx_exp_part(x, f32(n)) + (scale - 1f);
}`,
  fx_expm1: `fn fx_expm1(x: f32) -> f32 {
  if (fx_is_nan(x) || abs(x) < 5.9e-8f) { return x; }
  if (x > 18f) { return fx_exp(x); }
  return fx_expm1_near(max(x, -18f));
}`,
  // e^-|x| by one scale, as nothing overflows; where it would be below the normal range, 0
  fx_sigmoid: `fn fx_sigmoid(x: f32) -> f32 {
  let t = max(-abs(x), -88f);
  let n = fx_nearest(t * 1.442695f);
  let e = (1f + fx_exp_part(t, f32(n))) * fx_exp2i(n);
  return select(select(e, 1f, x >= 0f) / (1f + e), x, fx_is_nan(x));
}`,
  fx_sinh: `fn fx_sinh(x: f32) -> f32 {
  if (fx_is_nan(x)) { return x; }
  let a = abs(x);
  if (a < 1f) {
    let t = fx_expm1(a);
    return fx_copysign(0.5f * (t + t / (t + 1f)), x);
  }
  let e = fx_exp_scaled(a, -1);
  return fx_copysign(e - 0.25f / e, x);
}`,
  fx_cosh: `fn fx_cosh(x: f32) -> f32 {
  if (fx_is_nan(x)) { return x; }
  let e = fx_exp_scaled(abs(x), -1);
  return e + 0.25f / e;
}`,
  fx_tanh: `fn fx_tanh(x: f32) -> f32 {
  let e = fx_expm1_near(-2f * min(abs(x), 10f));
  return select(fx_copysign(abs(e / (e + 2f)), x), x, fx_is_nan(x));
}`,
  // one polynomial near 0, 1 - e^p(|x|) beyond
  fx_erf: `fn fx_erf(x: f32) -> f32 {
  if (fx_is_nan(x)) { return x; }
  let t = min(abs(x), 4f);
  let s = t * t;
  if (t > 0.92773438f) {
    let u = -3.88396438e-3f * t + 2.42546219e-2f;
    let v = ((-1.7285347e-5f * t + 3.83197126e-4f) * s + u) * t - 1.06777877e-1f;
    let w = (v * t - 6.34846687e-1f) * t - 1.28717512e-1f;
    return fx_copysign(1f - fx_exp(w * t - t), x);
  }
  let p = ((-5.96761703e-4f * s + 4.99119423e-3f) * s - 2.67681349e-2f) * s + 1.12819925e-1f;
  return ((p * s - 3.76125336e-1f) * s + 1.28379166e-1f) * x + x;
}`,
}
