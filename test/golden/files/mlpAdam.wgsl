@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;

var<private> fx_zero: u32 = 0u;

fn fx_nan() -> f32 {
  return bitcast<f32>(0x7fc00000u ^ fx_zero);
}

fn fx_inf() -> f32 {
  return bitcast<f32>(0x7f800000u ^ fx_zero);
}

fn fx_is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

fn fx_is_finite(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}

fn fx_exp2i(n: i32) -> f32 {
  return bitcast<f32>(u32(n + 127) << 23u);
}

fn fx_ldexp(x: f32, n: i32) -> f32 {
  let half = n >> 1u;
  return x * fx_exp2i(half) * fx_exp2i(n - half);
}

fn fx_exp_tail(r: f32) -> f32 {
  let p = (((1.386842e-3f * r + 8.366434e-3f) * r + 4.166746e-2f) * r + 1.6666545e-1f) * r + 4.9999997e-1f;
  return p * (r * r);
}

fn fx_log_split(bits: u32) -> vec2<i32> {
  var u = bits;
  var k = -127;
  if (u < 0x00800000u) {
    u = bitcast<u32>(f32(u));
    k = -276;
  }
  u += 0x004afb0du;
  return vec2<i32>(i32((u & 0x007fffffu) + 0x3f3504f3u), k + i32(u >> 23u));
}

fn fx_mask(x: f32) -> f32 {
  return bitcast<f32>(bitcast<u32>(x) & 0xfffff000u);
}

fn fx_log2_pair(x: f32) -> vec2<f32> {
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
}

fn fx_pow_positive(x: f32, y: f32) -> f32 {
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
}

fn fx_pow_f32(x: f32, y: f32) -> f32 {
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
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 1u) { return; }
  let i0 = i32(0u);
  let v4: f32 = (b0[i0] + 1f);
  let v2: f32 = (1f - fx_pow_f32(0.9f, v4));
  let v3: f32 = (1f - fx_pow_f32(0.999f, v4));
  b0[i0] = v4;
  b1[i0] = v2;
  b2[i0] = v3;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> b2: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> b3: array<vec4<u32>>;
@group(0) @binding(4) var<storage, read_write> b4: array<vec4<f32>>;

var<private> fx_zero: u32 = 0u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 2u) { return; }
  let i0 = i32(0u);
  let i1 = i32(flat);
  var r3: vec4<f32> = vec4<f32>(bitcast<f32>(0x00000000u ^ fx_zero));
  var r7: vec4<f32> = vec4<f32>(bitcast<f32>(0x00000000u ^ fx_zero));
  var r11: vec4<f32> = vec4<f32>(bitcast<f32>(0x00000000u ^ fx_zero));
  var r15: vec4<f32> = vec4<f32>(bitcast<f32>(0x00000000u ^ fx_zero));
  let v53: i32 = (i0 * 24);
  let v56: i32 = (i1 * 4);
  let q56 = v56 >> 2u;
  for (var i2 = 0; i2 < 6; i2++) {
    let v52: i32 = (v53 + i2);
    let v51: f32 = b0[v52];
    let v55: i32 = ((i2 * 8) + v56);
    let q55 = v55 >> 2u;
    let t0 = b1[q55];
    r3 = (r3 + (v51 * t0));
    let v60: f32 = b0[(v52 + 6)];
    r7 = (r7 + (v60 * t0));
    let v61: f32 = b0[(v52 + 12)];
    r11 = (r11 + (v61 * t0));
    let v62: f32 = b0[(v52 + 18)];
    r15 = (r15 + (v62 * t0));
  }
  let t1 = b2[q56];
  let v65: f32 = t1.x;
  let v64: f32 = (r3.x + v65);
  let v63: bool = (v64 <= 0f);
  let v20: f32 = select(v64, bitcast<f32>(0x00000000u ^ fx_zero), v63);
  let v68: f32 = t1.y;
  let v67: f32 = (r3.y + v68);
  let v66: bool = (v67 <= 0f);
  let v22: f32 = select(v67, bitcast<f32>(0x00000000u ^ fx_zero), v66);
  let v71: f32 = t1.z;
  let v70: f32 = (r3.z + v71);
  let v69: bool = (v70 <= 0f);
  let v24: f32 = select(v70, bitcast<f32>(0x00000000u ^ fx_zero), v69);
  let v74: f32 = t1.w;
  let v73: f32 = (r3.w + v74);
  let v72: bool = (v73 <= 0f);
  let v26: f32 = select(v73, bitcast<f32>(0x00000000u ^ fx_zero), v72);
  let v76: f32 = (r7.x + v65);
  let v75: bool = (v76 <= 0f);
  let v28: f32 = select(v76, bitcast<f32>(0x00000000u ^ fx_zero), v75);
  let v78: f32 = (r7.y + v68);
  let v77: bool = (v78 <= 0f);
  let v30: f32 = select(v78, bitcast<f32>(0x00000000u ^ fx_zero), v77);
  let v80: f32 = (r7.z + v71);
  let v79: bool = (v80 <= 0f);
  let v32: f32 = select(v80, bitcast<f32>(0x00000000u ^ fx_zero), v79);
  let v82: f32 = (r7.w + v74);
  let v81: bool = (v82 <= 0f);
  let v34: f32 = select(v82, bitcast<f32>(0x00000000u ^ fx_zero), v81);
  let v84: f32 = (r11.x + v65);
  let v83: bool = (v84 <= 0f);
  let v36: f32 = select(v84, bitcast<f32>(0x00000000u ^ fx_zero), v83);
  let v86: f32 = (r11.y + v68);
  let v85: bool = (v86 <= 0f);
  let v38: f32 = select(v86, bitcast<f32>(0x00000000u ^ fx_zero), v85);
  let v88: f32 = (r11.z + v71);
  let v87: bool = (v88 <= 0f);
  let v40: f32 = select(v88, bitcast<f32>(0x00000000u ^ fx_zero), v87);
  let v90: f32 = (r11.w + v74);
  let v89: bool = (v90 <= 0f);
  let v42: f32 = select(v90, bitcast<f32>(0x00000000u ^ fx_zero), v89);
  let v92: f32 = (r15.x + v65);
  let v91: bool = (v92 <= 0f);
  let v44: f32 = select(v92, bitcast<f32>(0x00000000u ^ fx_zero), v91);
  let v94: f32 = (r15.y + v68);
  let v93: bool = (v94 <= 0f);
  let v46: f32 = select(v94, bitcast<f32>(0x00000000u ^ fx_zero), v93);
  let v96: f32 = (r15.z + v71);
  let v95: bool = (v96 <= 0f);
  let v48: f32 = select(v96, bitcast<f32>(0x00000000u ^ fx_zero), v95);
  let v98: f32 = (r15.w + v74);
  let v97: bool = (v98 <= 0f);
  let v50: f32 = select(v98, bitcast<f32>(0x00000000u ^ fx_zero), v97);
  let v99: i32 = ((i0 * 32) + v56);
  let q99 = v99 >> 2u;
  b3[q99] = vec4<u32>(select(0u, 1u, v63), select(0u, 1u, v66), select(0u, 1u, v69), select(0u, 1u, v72));
  b4[q99] = vec4<f32>(v20, v22, v24, v26);
  b3[q99 + 2] = vec4<u32>(select(0u, 1u, v75), select(0u, 1u, v77), select(0u, 1u, v79), select(0u, 1u, v81));
  b4[q99 + 2] = vec4<f32>(v28, v30, v32, v34);
  b3[q99 + 4] = vec4<u32>(select(0u, 1u, v83), select(0u, 1u, v85), select(0u, 1u, v87), select(0u, 1u, v89));
  b4[q99 + 4] = vec4<f32>(v36, v38, v40, v42);
  b3[q99 + 6] = vec4<u32>(select(0u, 1u, v91), select(0u, 1u, v93), select(0u, 1u, v95), select(0u, 1u, v97));
  b4[q99 + 6] = vec4<f32>(v44, v46, v48, v50);
}


@group(0) @binding(0) var<storage, read_write> b0: array<i32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;

var<private> fx_zero: u32 = 0u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 4u) { return; }
  let i0 = i32(flat);
  var r2: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  let v4: i32 = b0[i0];
  for (var i1 = 0; i1 < 3; i1++) {
    r2 = (r2 + (-((-0.25f) * select(0f, 1f, (v4 == i1)))));
  }
  b1[i0] = r2;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;
@group(0) @binding(3) var<storage, read_write> b3: array<f32>;

var<private> fx_zero: u32 = 0u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 1u) { return; }
  let i0 = i32(0u);
  let i1 = i32(0u);
  var r3: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r4: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r5: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r6: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r7: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r8: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r9: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r10: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r11: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r12: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r13: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r14: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  let v29: i32 = (i0 * 32);
  let v32: i32 = (i1 * 3);
  for (var i2 = 0; i2 < 8; i2++) {
    let v28: i32 = (v29 + i2);
    let v27: f32 = b0[v28];
    let v31: i32 = ((i2 * 3) + v32);
    let v30: f32 = b1[v31];
    r3 = (r3 + (v27 * v30));
    let v33: f32 = b1[(v31 + 1)];
    r4 = (r4 + (v27 * v33));
    let v34: f32 = b1[(v31 + 2)];
    r5 = (r5 + (v27 * v34));
    let v35: f32 = b0[(v28 + 8)];
    r6 = (r6 + (v35 * v30));
    r7 = (r7 + (v35 * v33));
    r8 = (r8 + (v35 * v34));
    let v36: f32 = b0[(v28 + 16)];
    r9 = (r9 + (v36 * v30));
    r10 = (r10 + (v36 * v33));
    r11 = (r11 + (v36 * v34));
    let v37: f32 = b0[(v28 + 24)];
    r12 = (r12 + (v37 * v30));
    r13 = (r13 + (v37 * v33));
    r14 = (r14 + (v37 * v34));
  }
  let v38: f32 = b2[v32];
  let v15: f32 = (r3 + v38);
  let v39: f32 = b2[(v32 + 1)];
  let v16: f32 = (r4 + v39);
  let v40: f32 = b2[(v32 + 2)];
  let v17: f32 = (r5 + v40);
  let v18: f32 = (r6 + v38);
  let v19: f32 = (r7 + v39);
  let v20: f32 = (r8 + v40);
  let v21: f32 = (r9 + v38);
  let v22: f32 = (r10 + v39);
  let v23: f32 = (r11 + v40);
  let v24: f32 = (r12 + v38);
  let v25: f32 = (r13 + v39);
  let v26: f32 = (r14 + v40);
  let v41: i32 = ((i0 * 12) + v32);
  b3[v41] = v15;
  b3[(v41 + 1)] = v16;
  b3[(v41 + 2)] = v17;
  b3[(v41 + 3)] = v18;
  b3[(v41 + 4)] = v19;
  b3[(v41 + 5)] = v20;
  b3[(v41 + 6)] = v21;
  b3[(v41 + 7)] = v22;
  b3[(v41 + 8)] = v23;
  b3[(v41 + 9)] = v24;
  b3[(v41 + 10)] = v25;
  b3[(v41 + 11)] = v26;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;

var<private> fx_zero: u32 = 0u;

fn fx_inf() -> f32 {
  return bitcast<f32>(0x7f800000u ^ fx_zero);
}

fn fx_is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

fn fx_is_finite(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}

fn fx_max(a: f32, b: f32) -> f32 {
  let r = select(b, a, a > b || fx_is_nan(a));
  return select(r, bitcast<f32>(bitcast<u32>(a) & bitcast<u32>(b)), a == b);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 4u) { return; }
  let i0 = i32(flat);
  var r2: f32 = (-fx_inf());
  let v4: i32 = (i0 * 3);
  for (var i1 = 0; i1 < 3; i1++) {
    r2 = fx_max(r2, b0[(v4 + i1)]);
  }
  let v3: f32 = select(bitcast<f32>(0x00000000u ^ fx_zero), r2, fx_is_finite(r2));
  b1[i0] = v3;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;
@group(0) @binding(3) var<storage, read_write> b3: array<f32>;

fn fx_is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

fn fx_nearest(x: f32) -> i32 {
  return bitcast<i32>(x + 12582912f) - 0x4b400000;
}

fn fx_exp_rest(x: f32, n: f32) -> f32 {
  return (x - n * 0.69314575f) - n * 1.4286068e-6f;
}

fn fx_exp_tail(r: f32) -> f32 {
  let p = (((1.386842e-3f * r + 8.366434e-3f) * r + 4.166746e-2f) * r + 1.6666545e-1f) * r + 4.9999997e-1f;
  return p * (r * r);
}

fn fx_exp_part(x: f32, n: f32) -> f32 {
  let r = fx_exp_rest(x, n);
  return fx_exp_tail(r) + r;
}

fn fx_exp(x: f32) -> f32 {
  let t = clamp(x, -88f, 89f);
  let n = fx_nearest(t * 1.442695f);
  let bits = bitcast<i32>(1f + fx_exp_part(t, f32(n))) + (n << 23u);
  let e = bitcast<f32>(select(min(bits, 0x7f800000), 0, bits < 0x00800000));
  return select(e, x, fx_is_nan(x));
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 12u) { return; }
  let i0 = i32(flat / 3u);
  let i1 = i32(flat % 3u);
  let v5: i32 = ((i0 * 3) + i1);
  let v4: f32 = (b0[v5] - b1[i0]);
  let v3: f32 = fx_exp(v4);
  b2[v5] = v4;
  b3[v5] = v3;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;
@group(0) @binding(3) var<storage, read_write> b3: array<f32>;

var<private> fx_zero: u32 = 0u;

fn fx_nan() -> f32 {
  return bitcast<f32>(0x7fc00000u ^ fx_zero);
}

fn fx_inf() -> f32 {
  return bitcast<f32>(0x7f800000u ^ fx_zero);
}

fn fx_is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

fn fx_log_parts(f: f32, k: f32, c: f32) -> f32 {
  let s = f / (2f + f);
  let z = s * s;
  let w = z * z;
  let r = z * (0.6666666f + w * 0.28498787f) + w * (0.40000972f + w * 0.24279079f);
  let h = 0.5f * f * f;
  return ((s * (h + r) + (k * 9.0580006e-6f + c)) - h + f) + k * 0.69313812f;
}

fn fx_log_split(bits: u32) -> vec2<i32> {
  var u = bits;
  var k = -127;
  if (u < 0x00800000u) {
    u = bitcast<u32>(f32(u));
    k = -276;
  }
  u += 0x004afb0du;
  return vec2<i32>(i32((u & 0x007fffffu) + 0x3f3504f3u), k + i32(u >> 23u));
}

fn fx_log(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  if ((bits & 0x7fffffffu) == 0u) { return -fx_inf(); }
  if (fx_is_nan(x) || bits == 0x7f800000u) { return x; }
  if (bits > 0x7f800000u) { return fx_nan(); }
  let parts = fx_log_split(bits);
  return fx_log_parts(bitcast<f32>(parts.x) - 1f, f32(parts.y), 0f);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 4u) { return; }
  let i0 = i32(flat);
  var r2: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  let v5: i32 = (i0 * 3);
  for (var i1 = 0; i1 < 3; i1++) {
    r2 = (r2 + b0[(v5 + i1)]);
  }
  let v3: f32 = (b1[i0] / r2);
  let v4: f32 = fx_log(r2);
  b2[i0] = v3;
  b3[i0] = v4;
}


@group(0) @binding(0) var<storage, read_write> b0: array<i32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;
@group(0) @binding(3) var<storage, read_write> b3: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 12u) { return; }
  let i0 = i32(flat / 3u);
  let i1 = i32(flat % 3u);
  let v3: i32 = ((i0 * 3) + i1);
  let v2: f32 = (((-0.25f) * select(0f, 1f, (b0[i0] == i1))) + (b1[i0] * b2[v3]));
  b3[v3] = v2;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;

var<private> fx_zero: u32 = 0u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 3u) { return; }
  let i0 = i32(flat);
  var r2: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  for (var i1 = 0; i1 < 4; i1++) {
    r2 = (r2 + b0[((i1 * 3) + i0)]);
  }
  let v3: f32 = ((0.9f * b1[i0]) + (0.1f * r2));
  let v4: f32 = ((0.999f * b2[i0]) + (0.001f * (r2 * r2)));
  b1[i0] = v3;
  b2[i0] = v4;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;
@group(0) @binding(3) var<storage, read_write> b3: array<f32>;
@group(0) @binding(4) var<storage, read_write> b4: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 3u) { return; }
  let i0 = i32(flat);
  let v1: f32 = (b0[i0] - (0.01f * ((b1[i0] / b2[0]) / (sqrt((b3[i0] / b4[0])) + 1e-8f))));
  b0[i0] = v1;
}


@group(0) @binding(0) var<storage, read_write> b0: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;
@group(0) @binding(3) var<storage, read_write> b3: array<f32>;

var<private> fx_zero: u32 = 0u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 2u) { return; }
  let i0 = i32(flat);
  let i1 = i32(0u);
  var r3: vec4<f32> = vec4<f32>(bitcast<f32>(0x00000000u ^ fx_zero));
  var r4: vec4<f32> = vec4<f32>(bitcast<f32>(0x00000000u ^ fx_zero));
  var r5: vec4<f32> = vec4<f32>(bitcast<f32>(0x00000000u ^ fx_zero));
  let v41: i32 = (i0 * 4);
  let v44: i32 = (i1 * 3);
  for (var i2 = 0; i2 < 4; i2++) {
    let v40: i32 = ((i2 * 8) + v41);
    let q40 = v40 >> 2u;
    let t0 = b0[q40];
    let v43: i32 = ((i2 * 3) + v44);
    let v42: f32 = b1[v43];
    let v45: f32 = b1[(v43 + 1)];
    let v46: f32 = b1[(v43 + 2)];
    r3 = (r3 + (t0 * v42));
    r4 = (r4 + (t0 * v45));
    r5 = (r5 + (t0 * v46));
  }
  let v50: i32 = ((i0 * 12) + v44);
  let v15: f32 = ((0.9f * b2[v50]) + (0.1f * r3.x));
  let v16: f32 = ((0.999f * b3[v50]) + (0.001f * (r3.x * r3.x)));
  let v51: i32 = (v50 + 1);
  let v17: f32 = ((0.9f * b2[v51]) + (0.1f * r4.x));
  let v18: f32 = ((0.999f * b3[v51]) + (0.001f * (r4.x * r4.x)));
  let v52: i32 = (v50 + 2);
  let v19: f32 = ((0.9f * b2[v52]) + (0.1f * r5.x));
  let v20: f32 = ((0.999f * b3[v52]) + (0.001f * (r5.x * r5.x)));
  let v53: i32 = (v50 + 3);
  let v21: f32 = ((0.9f * b2[v53]) + (0.1f * r3.y));
  let v22: f32 = ((0.999f * b3[v53]) + (0.001f * (r3.y * r3.y)));
  let v54: i32 = (v50 + 4);
  let v23: f32 = ((0.9f * b2[v54]) + (0.1f * r4.y));
  let v24: f32 = ((0.999f * b3[v54]) + (0.001f * (r4.y * r4.y)));
  let v55: i32 = (v50 + 5);
  let v25: f32 = ((0.9f * b2[v55]) + (0.1f * r5.y));
  let v26: f32 = ((0.999f * b3[v55]) + (0.001f * (r5.y * r5.y)));
  let v56: i32 = (v50 + 6);
  let v27: f32 = ((0.9f * b2[v56]) + (0.1f * r3.z));
  let v28: f32 = ((0.999f * b3[v56]) + (0.001f * (r3.z * r3.z)));
  let v57: i32 = (v50 + 7);
  let v29: f32 = ((0.9f * b2[v57]) + (0.1f * r4.z));
  let v30: f32 = ((0.999f * b3[v57]) + (0.001f * (r4.z * r4.z)));
  let v58: i32 = (v50 + 8);
  let v31: f32 = ((0.9f * b2[v58]) + (0.1f * r5.z));
  let v32: f32 = ((0.999f * b3[v58]) + (0.001f * (r5.z * r5.z)));
  let v59: i32 = (v50 + 9);
  let v33: f32 = ((0.9f * b2[v59]) + (0.1f * r3.w));
  let v34: f32 = ((0.999f * b3[v59]) + (0.001f * (r3.w * r3.w)));
  let v60: i32 = (v50 + 10);
  let v35: f32 = ((0.9f * b2[v60]) + (0.1f * r4.w));
  let v36: f32 = ((0.999f * b3[v60]) + (0.001f * (r4.w * r4.w)));
  let v61: i32 = (v50 + 11);
  let v37: f32 = ((0.9f * b2[v61]) + (0.1f * r5.w));
  let v38: f32 = ((0.999f * b3[v61]) + (0.001f * (r5.w * r5.w)));
  b2[v50] = v15;
  b3[v50] = v16;
  b2[v51] = v17;
  b3[v51] = v18;
  b2[v52] = v19;
  b3[v52] = v20;
  b2[v53] = v21;
  b3[v53] = v22;
  b2[v54] = v23;
  b3[v54] = v24;
  b2[v55] = v25;
  b3[v55] = v26;
  b2[v56] = v27;
  b3[v56] = v28;
  b2[v57] = v29;
  b3[v57] = v30;
  b2[v58] = v31;
  b3[v58] = v32;
  b2[v59] = v33;
  b3[v59] = v34;
  b2[v60] = v35;
  b3[v60] = v36;
  b2[v61] = v37;
  b3[v61] = v38;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<i32>;
@group(0) @binding(3) var<storage, read_write> b3: array<f32>;

var<private> fx_zero: u32 = 0u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 4u) { return; }
  let i0 = i32(flat);
  var r2: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  let v4: i32 = (i0 * 3);
  let v5: f32 = b1[i0];
  let v6: i32 = b2[i0];
  for (var i1 = 0; i1 < 3; i1++) {
    r2 = (r2 + ((b0[(v4 + i1)] - v5) * select(0f, 1f, (v6 == i1))));
  }
  b3[i0] = r2;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;

var<private> fx_zero: u32 = 0u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 1u) { return; }
  var r1: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  for (var i0 = 0; i0 < 4; i0++) {
    r1 = (r1 + b0[i0]);
  }
  let v2: f32 = (-(r1 / 4f));
  b1[0] = v2;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read_write> b3: array<vec4<f32>>;

var<private> fx_zero: u32 = 0u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 2u) { return; }
  let i0 = i32(0u);
  let i1 = i32(flat);
  var r3: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r4: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r5: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r6: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r7: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r8: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r9: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r10: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r11: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r12: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r13: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r14: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r15: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r16: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r17: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r18: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  let v37: i32 = (i0 * 12);
  let v40: i32 = (i1 * 12);
  for (var i2 = 0; i2 < 3; i2++) {
    let v36: i32 = (v37 + i2);
    let v35: f32 = b0[v36];
    let v39: i32 = (v40 + i2);
    let v38: f32 = b1[v39];
    r3 = (r3 + (v35 * v38));
    let v41: f32 = b1[(v39 + 3)];
    r4 = (r4 + (v35 * v41));
    let v42: f32 = b1[(v39 + 6)];
    r5 = (r5 + (v35 * v42));
    let v43: f32 = b1[(v39 + 9)];
    r6 = (r6 + (v35 * v43));
    let v44: f32 = b0[(v36 + 3)];
    r7 = (r7 + (v44 * v38));
    r8 = (r8 + (v44 * v41));
    r9 = (r9 + (v44 * v42));
    r10 = (r10 + (v44 * v43));
    let v45: f32 = b0[(v36 + 6)];
    r11 = (r11 + (v45 * v38));
    r12 = (r12 + (v45 * v41));
    r13 = (r13 + (v45 * v42));
    r14 = (r14 + (v45 * v43));
    let v46: f32 = b0[(v36 + 9)];
    r15 = (r15 + (v46 * v38));
    r16 = (r16 + (v46 * v41));
    r17 = (r17 + (v46 * v42));
    r18 = (r18 + (v46 * v43));
  }
  let v47: i32 = ((i0 * 32) + (i1 * 4));
  let q47 = v47 >> 2u;
  let t0 = b2[q47];
  let v19: f32 = select(r3, bitcast<f32>(0x00000000u ^ fx_zero), (t0.x != 0u));
  let v20: f32 = select(r4, bitcast<f32>(0x00000000u ^ fx_zero), (t0.y != 0u));
  let v21: f32 = select(r5, bitcast<f32>(0x00000000u ^ fx_zero), (t0.z != 0u));
  let v22: f32 = select(r6, bitcast<f32>(0x00000000u ^ fx_zero), (t0.w != 0u));
  let t1 = b2[q47 + 2];
  let v23: f32 = select(r7, bitcast<f32>(0x00000000u ^ fx_zero), (t1.x != 0u));
  let v24: f32 = select(r8, bitcast<f32>(0x00000000u ^ fx_zero), (t1.y != 0u));
  let v25: f32 = select(r9, bitcast<f32>(0x00000000u ^ fx_zero), (t1.z != 0u));
  let v26: f32 = select(r10, bitcast<f32>(0x00000000u ^ fx_zero), (t1.w != 0u));
  let t2 = b2[q47 + 4];
  let v27: f32 = select(r11, bitcast<f32>(0x00000000u ^ fx_zero), (t2.x != 0u));
  let v28: f32 = select(r12, bitcast<f32>(0x00000000u ^ fx_zero), (t2.y != 0u));
  let v29: f32 = select(r13, bitcast<f32>(0x00000000u ^ fx_zero), (t2.z != 0u));
  let v30: f32 = select(r14, bitcast<f32>(0x00000000u ^ fx_zero), (t2.w != 0u));
  let t3 = b2[q47 + 6];
  let v31: f32 = select(r15, bitcast<f32>(0x00000000u ^ fx_zero), (t3.x != 0u));
  let v32: f32 = select(r16, bitcast<f32>(0x00000000u ^ fx_zero), (t3.y != 0u));
  let v33: f32 = select(r17, bitcast<f32>(0x00000000u ^ fx_zero), (t3.z != 0u));
  let v34: f32 = select(r18, bitcast<f32>(0x00000000u ^ fx_zero), (t3.w != 0u));
  b3[q47] = vec4<f32>(v19, v20, v21, v22);
  b3[q47 + 2] = vec4<f32>(v23, v24, v25, v26);
  b3[q47 + 4] = vec4<f32>(v27, v28, v29, v30);
  b3[q47 + 6] = vec4<f32>(v31, v32, v33, v34);
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;

var<private> fx_zero: u32 = 0u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 8u) { return; }
  let i0 = i32(flat);
  var r2: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  for (var i1 = 0; i1 < 4; i1++) {
    r2 = (r2 + b0[((i1 * 8) + i0)]);
  }
  let v3: f32 = ((0.9f * b1[i0]) + (0.1f * r2));
  let v4: f32 = ((0.999f * b2[i0]) + (0.001f * (r2 * r2)));
  b1[i0] = v3;
  b2[i0] = v4;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;
@group(0) @binding(3) var<storage, read_write> b3: array<f32>;
@group(0) @binding(4) var<storage, read_write> b4: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 8u) { return; }
  let i0 = i32(flat);
  let v1: f32 = (b0[i0] - (0.01f * ((b1[i0] / b2[0]) / (sqrt((b3[i0] / b4[0])) + 1e-8f))));
  b0[i0] = v1;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> b2: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> b3: array<vec4<f32>>;

var<private> fx_zero: u32 = 0u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 4u) { return; }
  let i0 = i32(flat / 2u);
  let i1 = i32(flat % 2u);
  var r3: vec4<f32> = vec4<f32>(bitcast<f32>(0x00000000u ^ fx_zero));
  var r7: vec4<f32> = vec4<f32>(bitcast<f32>(0x00000000u ^ fx_zero));
  var r11: vec4<f32> = vec4<f32>(bitcast<f32>(0x00000000u ^ fx_zero));
  let v41: i32 = (i0 * 3);
  let v44: i32 = (i1 * 4);
  for (var i2 = 0; i2 < 4; i2++) {
    let v40: i32 = ((i2 * 6) + v41);
    let v39: f32 = b0[v40];
    let v43: i32 = ((i2 * 8) + v44);
    let q43 = v43 >> 2u;
    let t0 = b1[q43];
    r3 = (r3 + (v39 * t0));
    let v48: f32 = b0[(v40 + 1)];
    r7 = (r7 + (v48 * t0));
    let v49: f32 = b0[(v40 + 2)];
    r11 = (r11 + (v49 * t0));
  }
  let v50: i32 = ((i0 * 24) + v44);
  let q50 = v50 >> 2u;
  let t1 = b2[q50];
  let v15: f32 = ((0.9f * t1.x) + (0.1f * r3.x));
  let t2 = b3[q50];
  let v16: f32 = ((0.999f * t2.x) + (0.001f * (r3.x * r3.x)));
  let v17: f32 = ((0.9f * t1.y) + (0.1f * r3.y));
  let v18: f32 = ((0.999f * t2.y) + (0.001f * (r3.y * r3.y)));
  let v19: f32 = ((0.9f * t1.z) + (0.1f * r3.z));
  let v20: f32 = ((0.999f * t2.z) + (0.001f * (r3.z * r3.z)));
  let v21: f32 = ((0.9f * t1.w) + (0.1f * r3.w));
  let v22: f32 = ((0.999f * t2.w) + (0.001f * (r3.w * r3.w)));
  let t3 = b2[q50 + 2];
  let v23: f32 = ((0.9f * t3.x) + (0.1f * r7.x));
  let t4 = b3[q50 + 2];
  let v24: f32 = ((0.999f * t4.x) + (0.001f * (r7.x * r7.x)));
  let v25: f32 = ((0.9f * t3.y) + (0.1f * r7.y));
  let v26: f32 = ((0.999f * t4.y) + (0.001f * (r7.y * r7.y)));
  let v27: f32 = ((0.9f * t3.z) + (0.1f * r7.z));
  let v28: f32 = ((0.999f * t4.z) + (0.001f * (r7.z * r7.z)));
  let v29: f32 = ((0.9f * t3.w) + (0.1f * r7.w));
  let v30: f32 = ((0.999f * t4.w) + (0.001f * (r7.w * r7.w)));
  let t5 = b2[q50 + 4];
  let v31: f32 = ((0.9f * t5.x) + (0.1f * r11.x));
  let t6 = b3[q50 + 4];
  let v32: f32 = ((0.999f * t6.x) + (0.001f * (r11.x * r11.x)));
  let v33: f32 = ((0.9f * t5.y) + (0.1f * r11.y));
  let v34: f32 = ((0.999f * t6.y) + (0.001f * (r11.y * r11.y)));
  let v35: f32 = ((0.9f * t5.z) + (0.1f * r11.z));
  let v36: f32 = ((0.999f * t6.z) + (0.001f * (r11.z * r11.z)));
  let v37: f32 = ((0.9f * t5.w) + (0.1f * r11.w));
  let v38: f32 = ((0.999f * t6.w) + (0.001f * (r11.w * r11.w)));
  b2[q50] = vec4<f32>(v15, v17, v19, v21);
  b3[q50] = vec4<f32>(v16, v18, v20, v22);
  b2[q50 + 2] = vec4<f32>(v23, v25, v27, v29);
  b3[q50 + 2] = vec4<f32>(v24, v26, v28, v30);
  b2[q50 + 4] = vec4<f32>(v31, v33, v35, v37);
  b3[q50 + 4] = vec4<f32>(v32, v34, v36, v38);
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;
@group(0) @binding(3) var<storage, read_write> b3: array<f32>;
@group(0) @binding(4) var<storage, read_write> b4: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 48u) { return; }
  let i0 = i32(flat);
  let v1: f32 = (b0[i0] - (0.01f * ((b1[i0] / b2[0]) / (sqrt((b3[i0] / b4[0])) + 1e-8f))));
  b0[i0] = v1;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;
@group(0) @binding(3) var<storage, read_write> b3: array<f32>;
@group(0) @binding(4) var<storage, read_write> b4: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 24u) { return; }
  let i0 = i32(flat);
  let v1: f32 = (b0[i0] - (0.01f * ((b1[i0] / b2[0]) / (sqrt((b3[i0] / b4[0])) + 1e-8f))));
  b0[i0] = v1;
}

