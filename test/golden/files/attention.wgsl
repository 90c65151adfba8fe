@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;

var<private> fx_zero: u32 = 0u;

fn fx_inf() -> f32 {
  return bitcast<f32>(0x7f800000u ^ fx_zero);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 8u) { return; }
  let i0 = i32(flat / 4u);
  let i1 = i32(flat / 2u % 2u);
  let i2 = i32(flat % 2u);
  var r4: f32 = 0f;
  var r5: f32 = 0f;
  var r6: f32 = 0f;
  var r7: f32 = 0f;
  var r8: f32 = 0f;
  var r9: f32 = 0f;
  var r10: f32 = 0f;
  var r11: f32 = 0f;
  var r12: f32 = 0f;
  var r13: f32 = 0f;
  var r14: f32 = 0f;
  var r15: f32 = 0f;
  var r16: f32 = 0f;
  var r17: f32 = 0f;
  var r18: f32 = 0f;
  var r19: f32 = 0f;
  let v39: i32 = (i0 * 48);
  let v38: i32 = (v39 + (i1 * 32));
  let v42: i32 = (v39 + (i2 * 32));
  let v48: i32 = (i2 * 4);
  let v47: i32 = (v48 + 2);
  let v46: i32 = min(v47, 5);
  let v45: i32 = (v39 + (v46 * 8));
  let v52: i32 = (v48 + 3);
  let v51: i32 = min(v52, 5);
  let v50: i32 = (v39 + (v51 * 8));
  let v58: i32 = (i1 * 4);
  let v57: i32 = (v58 + 2);
  let v56: i32 = min(v57, 5);
  let v55: i32 = (v39 + (v56 * 8));
  let v62: i32 = (v58 + 3);
  let v61: i32 = min(v62, 5);
  let v60: i32 = (v39 + (v61 * 8));
  for (var i3 = 0; i3 < 8; i3++) {
    let v37: i32 = (v38 + i3);
    let v36: f32 = b0[v37];
    let v41: i32 = (v42 + i3);
    let v40: f32 = b1[v41];
    r4 = (r4 + (v36 * v40));
    let v43: f32 = b1[(v41 + 8)];
    r5 = (r5 + (v36 * v43));
    let v44: f32 = b1[(v45 + i3)];
    r6 = (r6 + (v36 * v44));
    let v49: f32 = b1[(v50 + i3)];
    r7 = (r7 + (v36 * v49));
    let v53: f32 = b0[(v37 + 8)];
    r8 = (r8 + (v53 * v40));
    r9 = (r9 + (v53 * v43));
    r10 = (r10 + (v53 * v44));
    r11 = (r11 + (v53 * v49));
    let v54: f32 = b0[(v55 + i3)];
    r12 = (r12 + (v54 * v40));
    r13 = (r13 + (v54 * v43));
    r14 = (r14 + (v54 * v44));
    r15 = (r15 + (v54 * v49));
    let v59: f32 = b0[(v60 + i3)];
    r16 = (r16 + (v59 * v40));
    r17 = (r17 + (v59 * v43));
    r18 = (r18 + (v59 * v44));
    r19 = (r19 + (v59 * v49));
  }
  let v20: f32 = select((-fx_inf()), (r4 * 0.35355338f), (v58 >= v48));
  let v63: i32 = (v48 + 1);
  let v21: f32 = select((-fx_inf()), (r5 * 0.35355338f), (v58 >= v63));
  let v22: f32 = select((-fx_inf()), (r6 * 0.35355338f), (v58 >= v46));
  let v23: f32 = select((-fx_inf()), (r7 * 0.35355338f), (v58 >= v51));
  let v64: i32 = (v58 + 1);
  let v24: f32 = select((-fx_inf()), (r8 * 0.35355338f), (v64 >= v48));
  let v25: f32 = select((-fx_inf()), (r9 * 0.35355338f), (v64 >= v63));
  let v26: f32 = select((-fx_inf()), (r10 * 0.35355338f), (v64 >= v46));
  let v27: f32 = select((-fx_inf()), (r11 * 0.35355338f), (v64 >= v51));
  let v28: f32 = select((-fx_inf()), (r12 * 0.35355338f), (v56 >= v48));
  let v29: f32 = select((-fx_inf()), (r13 * 0.35355338f), (v56 >= v63));
  let v30: f32 = select((-fx_inf()), (r14 * 0.35355338f), (v56 >= v46));
  let v31: f32 = select((-fx_inf()), (r15 * 0.35355338f), (v56 >= v51));
  let v32: f32 = select((-fx_inf()), (r16 * 0.35355338f), (v61 >= v48));
  let v33: f32 = select((-fx_inf()), (r17 * 0.35355338f), (v61 >= v63));
  let v34: f32 = select((-fx_inf()), (r18 * 0.35355338f), (v61 >= v46));
  let v35: f32 = select((-fx_inf()), (r19 * 0.35355338f), (v61 >= v51));
  let v65: bool = (v58 < 6);
  let v66: bool = (v48 < 6);
  let v69: i32 = (i0 * 36);
  let v68: i32 = (v69 + (i1 * 24));
  let v67: i32 = (v68 + v48);
  if ((v65 & v66)) {
    b2[v67] = v20;
  }
  let v70: bool = (v63 < 6);
  if ((v65 & v70)) {
    b2[(v67 + 1)] = v21;
  }
  let v71: bool = (v47 < 6);
  let v72: i32 = (v68 + v46);
  if ((v65 & v71)) {
    b2[v72] = v22;
  }
  let v73: bool = (v52 < 6);
  let v74: i32 = (v68 + v51);
  if ((v65 & v73)) {
    b2[v74] = v23;
  }
  let v75: bool = (v64 < 6);
  if ((v75 & v66)) {
    b2[(v67 + 6)] = v24;
  }
  if ((v75 & v70)) {
    b2[(v67 + 7)] = v25;
  }
  if ((v75 & v71)) {
    b2[(v72 + 6)] = v26;
  }
  if ((v75 & v73)) {
    b2[(v74 + 6)] = v27;
  }
  let v76: bool = (v57 < 6);
  let v78: i32 = (v69 + (v56 * 6));
  let v77: i32 = (v78 + v48);
  if ((v76 & v66)) {
    b2[v77] = v28;
  }
  if ((v76 & v70)) {
    b2[(v77 + 1)] = v29;
  }
  if ((v76 & v71)) {
    b2[(v78 + v46)] = v30;
  }
  if ((v76 & v73)) {
    b2[(v78 + v51)] = v31;
  }
  let v79: bool = (v62 < 6);
  let v81: i32 = (v69 + (v61 * 6));
  let v80: i32 = (v81 + v48);
  if ((v79 & v66)) {
    b2[v80] = v32;
  }
  if ((v79 & v70)) {
    b2[(v80 + 1)] = v33;
  }
  if ((v79 & v71)) {
    b2[(v81 + v46)] = v34;
  }
  if ((v79 & v73)) {
    b2[(v81 + v51)] = v35;
  }
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
  if (flat >= 12u) { return; }
  let i0 = i32(flat / 6u);
  let i1 = i32(flat % 6u);
  var r3: f32 = (-fx_inf());
  let v5: i32 = ((i0 * 36) + (i1 * 6));
  for (var i2 = 0; i2 < 6; i2++) {
    r3 = fx_max(r3, b0[(v5 + i2)]);
  }
  let v4: f32 = select(0f, r3, fx_is_finite(r3));
  b1[((i0 * 6) + i1)] = v4;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;

fn fx_is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

fn fx_exp2i(n: i32) -> f32 {
  return bitcast<f32>(u32(n + 127) << 23u);
}

fn fx_ldexp(x: f32, n: i32) -> f32 {
  let half = n >> 1u;
  return x * fx_exp2i(half) * fx_exp2i(n - half);
}

fn fx_nearest(x: f32) -> i32 {
  return bitcast<i32>(x + 12582912f) - 0x4b400000;
}

fn fx_exp_rest(x: f32, n: f32) -> f32 {
  return (x - n * 0.69314575f) - n * 1.4286068e-6f;
}

fn fx_exp_tail(r: f32) -> f32 {
  let p = ((((1.98756915e-4f * r + 1.39819995e-3f) * r + 8.33345191e-3f) * r + 4.16657959e-2f) * r + 1.66666655e-1f) * r + 5.00000012e-1f;
  return p * (r * r);
}

fn fx_exp_part(x: f32, n: f32) -> f32 {
  let r = fx_exp_rest(x, n);
  return fx_exp_tail(r) + r;
}

fn fx_exp_scaled(x: f32, m: i32) -> f32 {
  let t = clamp(x, -104f, 90f);
  let n = fx_nearest(t * 1.442695f);
  return select(fx_ldexp(1f + fx_exp_part(t, f32(n)), n + m), x, fx_is_nan(x));
}

fn fx_exp(x: f32) -> f32 {
  return fx_exp_scaled(x, 0);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 72u) { return; }
  let i0 = i32(flat / 36u);
  let i1 = i32(flat / 6u % 6u);
  let i2 = i32(flat % 6u);
  let v4: i32 = (((i0 * 36) + (i1 * 6)) + i2);
  let v3: f32 = fx_exp((b0[v4] - b1[((i0 * 6) + i1)]));
  b2[v4] = v3;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 12u) { return; }
  let i0 = i32(flat / 6u);
  let i1 = i32(flat % 6u);
  var r3: f32 = 0f;
  let v5: i32 = ((i0 * 36) + (i1 * 6));
  for (var i2 = 0; i2 < 6; i2++) {
    r3 = (r3 + b0[(v5 + i2)]);
  }
  b1[((i0 * 6) + i1)] = r3;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 72u) { return; }
  let i0 = i32(flat / 36u);
  let i1 = i32(flat / 6u % 6u);
  let i2 = i32(flat % 6u);
  let v4: i32 = (((i0 * 36) + (i1 * 6)) + i2);
  let v3: f32 = (b0[v4] / b1[((i0 * 6) + i1)]);
  b2[v4] = v3;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 8u) { return; }
  let i0 = i32(flat / 4u);
  let i1 = i32(flat / 2u % 2u);
  let i2 = i32(flat % 2u);
  var r4: f32 = 0f;
  var r5: f32 = 0f;
  var r6: f32 = 0f;
  var r7: f32 = 0f;
  var r8: f32 = 0f;
  var r9: f32 = 0f;
  var r10: f32 = 0f;
  var r11: f32 = 0f;
  var r12: f32 = 0f;
  var r13: f32 = 0f;
  var r14: f32 = 0f;
  var r15: f32 = 0f;
  var r16: f32 = 0f;
  var r17: f32 = 0f;
  var r18: f32 = 0f;
  var r19: f32 = 0f;
  let v39: i32 = (i0 * 36);
  let v38: i32 = (v39 + (i1 * 24));
  let v42: i32 = (i0 * 48);
  let v43: i32 = (i2 * 4);
  let v52: i32 = (i1 * 4);
  let v51: i32 = (v52 + 2);
  let v50: i32 = min(v51, 5);
  let v49: i32 = (v39 + (v50 * 6));
  let v56: i32 = (v52 + 3);
  let v55: i32 = min(v56, 5);
  let v54: i32 = (v39 + (v55 * 6));
  for (var i3 = 0; i3 < 6; i3++) {
    let v37: i32 = (v38 + i3);
    let v36: f32 = b0[v37];
    let v41: i32 = ((v42 + (i3 * 8)) + v43);
    let q41 = v41 >> 2u;
    let t0 = b1[q41];
    let v40: f32 = t0.x;
    r4 = (r4 + (v36 * v40));
    let v44: f32 = t0.y;
    r5 = (r5 + (v36 * v44));
    let v45: f32 = t0.z;
    r6 = (r6 + (v36 * v45));
    let v46: f32 = t0.w;
    r7 = (r7 + (v36 * v46));
    let v47: f32 = b0[(v37 + 6)];
    r8 = (r8 + (v47 * v40));
    r9 = (r9 + (v47 * v44));
    r10 = (r10 + (v47 * v45));
    r11 = (r11 + (v47 * v46));
    let v48: f32 = b0[(v49 + i3)];
    r12 = (r12 + (v48 * v40));
    r13 = (r13 + (v48 * v44));
    r14 = (r14 + (v48 * v45));
    r15 = (r15 + (v48 * v46));
    let v53: f32 = b0[(v54 + i3)];
    r16 = (r16 + (v53 * v40));
    r17 = (r17 + (v53 * v44));
    r18 = (r18 + (v53 * v45));
    r19 = (r19 + (v53 * v46));
  }
  let v57: bool = (v52 < 6);
  let v58: i32 = ((v42 + (i1 * 32)) + v43);
  if (v57) {
    b2[v58] = r4;
  }
  if (v57) {
    b2[(v58 + 1)] = r5;
  }
  if (v57) {
    b2[(v58 + 2)] = r6;
  }
  if (v57) {
    b2[(v58 + 3)] = r7;
  }
  let v59: bool = ((v52 + 1) < 6);
  if (v59) {
    b2[(v58 + 8)] = r8;
  }
  if (v59) {
    b2[(v58 + 9)] = r9;
  }
  if (v59) {
    b2[(v58 + 10)] = r10;
  }
  if (v59) {
    b2[(v58 + 11)] = r11;
  }
  let v60: bool = (v51 < 6);
  let v61: i32 = ((v42 + (v50 * 8)) + v43);
  if (v60) {
    b2[v61] = r12;
  }
  if (v60) {
    b2[(v61 + 1)] = r13;
  }
  if (v60) {
    b2[(v61 + 2)] = r14;
  }
  if (v60) {
    b2[(v61 + 3)] = r15;
  }
  let v62: bool = (v56 < 6);
  let v63: i32 = ((v42 + (v55 * 8)) + v43);
  if (v62) {
    b2[v63] = r16;
  }
  if (v62) {
    b2[(v63 + 1)] = r17;
  }
  if (v62) {
    b2[(v63 + 2)] = r18;
  }
  if (v62) {
    b2[(v63 + 3)] = r19;
  }
}

