/** Logarithms and powers in WGSL. The builtin `log` may err by 2^-21 absolutely near 1 and `pow` by hundreds of units; there is no `log1p`. */
export const logHelpers: Readonly<Record<string, string>> = {
  // log(1 + f) + k ln 2 + c for 1 + f in [sqrt(1/2), sqrt(2)], by the series of atanh(f / (2 + f))
  fx_log_parts: `fn fx_log_parts(f: f32, k: f32, c: f32) -> f32 {
  let s = f / (2f + f);
  let z = s * s;
  let w = z * z;
  let r = z * (0.6666666f + w * 0.28498787f) + w * (0.40000972f + w * 0.24279079f);
  let h = 0.5f * f * f;
  return ((s * (h + r) + (k * 9.0580006e-6f + c)) - h + f) + k * 0.69313812f;
}`,
  // bits of a positive finite x -> bits of m in [sqrt(1/2), sqrt(2)] and k with x = m 2^k
  fx_log_split: `fn fx_log_split(bits: u32) -> vec2<i32> {
  var u = bits;
  var k = -127;
  if (u < 0x00800000u) {
    u = bitcast<u32>(f32(u));
    k = -276;
  }
  u += 0x004afb0du;
  return vec2<i32>(i32((u & 0x007fffffu) + 0x3f3504f3u), k + i32(u >> 23u));
}`,
  fx_log: `fn fx_log(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  if ((bits & 0x7fffffffu) == 0u) { return -fx_inf(); }
  if (fx_is_nan(x) || bits == 0x7f800000u) { return x; }
  if (bits > 0x7f800000u) { return fx_nan(); }
  let parts = fx_log_split(bits);
  return fx_log_parts(bitcast<f32>(parts.x) - 1f, f32(parts.y), 0f);
}`,
  // far from 0 the rounding error of 1 + x is added back as c
  fx_log1p: `fn fx_log1p(x: f32) -> f32 {
  if (fx_is_nan(x) || abs(x) < 5.9e-8f || bitcast<u32>(x) == 0x7f800000u) { return x; }
  if (x < -1f) { return fx_nan(); }
  if (x == -1f) { return -fx_inf(); }
  if (x > -0.29289f && x < 0.41421f) { return fx_log_parts(x, 0f, 0f); }
  let u = 1f + x;
  let c = select(x - (u - 1f), 1f - (u - x), x >= 1f) / u;
  let parts = fx_log_split(bitcast<u32>(u));
  return fx_log_parts(bitcast<f32>(parts.x) - 1f, f32(parts.y), c);
}`,
  fx_mask: `fn fx_mask(x: f32) -> f32 {
  return bitcast<f32>(bitcast<u32>(x) & 0xfffff000u);
}`,
  // log2(x) of a positive finite x as a sum of two: 2^-40 relative, so that y log2(x) is right to the last place
  fx_log2_pair: `fn fx_log2_pair(x: f32) -> vec2<f32> {
  let parts = fx_log_split(bitcast<u32>(x));
  let m = bitcast<f32>(parts.x);
  let low = m < 0.8660254f;
  let a = select(m, 2f * m, low);
  let far = low || m > 1.2247449f;
  let base = select(1f, 1.5f, far);
  let base_h = select(0f, 0.58496094f, far);
  let base_l = select(0f, 1.5632209e-6f, far);
  let u = a - base;
  let v = 1f / (a + base);
  let s = u * v;
  let s_h = fx_mask(s);
  let sum_h = fx_mask(a + base);
  let sum_l = a - (sum_h - base);
  let s_l = v * ((u - s_h * sum_h) - s_h * sum_l);
  let z = s * s;
  let series = ((((2.069750130e-1f * z + 2.306607515e-1f) * z + 2.727281153e-1f) * z + 3.333333433e-1f) * z + 4.285714328e-1f) * z + 6.000000238e-1f;
  let r = z * z * series + s_l * (s_h + s);
  let q = s_h * s_h;
  let t_h = fx_mask(3f + q + r);
  let t_l = r - ((t_h - 3f) - q);
  let w = s_l * t_h + t_l * s;
  let p_h = fx_mask(s_h * t_h + w);
  let p_l = w - (p_h - s_h * t_h);
  let z_h = 0.96191406f * p_h;
  let z_l = -1.1736857e-4f * p_h + p_l * 0.9617967f + base_l;
  let k = f32(parts.y) - select(0f, 1f, low);
  let h = fx_mask(((z_h + z_l) + base_h) + k);
  return vec2<f32>(h, z_l - (((h - k) - base_h) - z_h));
}`,
  // x^y of a positive finite x and finite y: e^((y log2 x) ln 2), the product kept as a sum of two
  fx_pow_positive: `fn fx_pow_positive(x: f32, y: f32) -> f32 {
  let l = fx_log2_pair(x);
  let y_h = fx_mask(y);
  let low = (y - y_h) * l.x + y * l.y;
  let high = y_h * l.x;
  let product = low + high;
  if (product > 129f) { return fx_inf(); }
  if (product < -152f) { return 0f; }
  let n = round(product);
  let f_h = high - n;
  let t = bitcast<f32>(bitcast<u32>(low + f_h) & 0xffff8000u);
  let u = t * 0.69314575f;
  let v = (low - (t - f_h)) * 0.69314718f + t * 1.4286065e-6f;
  return fx_ldexp(1f + (u + (v + fx_exp_tail(u + v))), i32(n));
}`,
  // C's pow
  fx_pow_f32: `fn fx_pow_f32(x: f32, y: f32) -> f32 {
  if (y == 0f || x == 1f) { return 1f; }
  if (fx_is_nan(x) || fx_is_nan(y)) { return fx_nan(); }
  let a = abs(x);
  let even = abs(y) >= 16777216f;
  let whole = even || floor(y) == y;
  let odd = whole && !even && (i32(y) & 1) == 1;
  let negative = bitcast<u32>(x) >= 0x80000000u && odd;
  var r: f32;
  if (!fx_is_finite(y)) {
    if (a == 1f) { return 1f; }
    r = select(0f, fx_inf(), (a > 1f) == (y > 0f));
  } else if (a == 0f || !fx_is_finite(x)) {
    r = select(0f, fx_inf(), (a == 0f) != (y > 0f));
  } else if (x < 0f && !whole) {
    return fx_nan();
  } else {
    r = fx_pow_positive(a, y);
  }
  return select(r, -r, negative);
}`,
}
