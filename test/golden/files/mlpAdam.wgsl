@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;
@group(0) @binding(3) var<storage, read_write> b3: array<u32>;
@group(0) @binding(4) var<storage, read_write> b4: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 2u) { return; }
  let i0 = i32(0u);
  let i1 = i32(flat);
  var r3: f32 = 0f;
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
  let v53: i32 = (i0 * 4);
  let v52: i32 = (v53 * 6);
  let v56: i32 = (i1 * 4);
  let v58: i32 = (v56 + 1);
  let v60: i32 = (v56 + 2);
  let v62: i32 = (v56 + 3);
  let v65: i32 = (v53 + 1);
  let v64: i32 = (v65 * 6);
  let v68: i32 = (v53 + 2);
  let v67: i32 = (v68 * 6);
  let v71: i32 = (v53 + 3);
  let v70: i32 = (v71 * 6);
  for (var i2 = 0; i2 < 6; i2++) {
    let v51: f32 = b0[(v52 + i2)];
    let v55: i32 = (i2 * 8);
    let v54: f32 = b1[(v55 + v56)];
    r3 = (r3 + (v51 * v54));
    let v57: f32 = b1[(v55 + v58)];
    r4 = (r4 + (v51 * v57));
    let v59: f32 = b1[(v55 + v60)];
    r5 = (r5 + (v51 * v59));
    let v61: f32 = b1[(v55 + v62)];
    r6 = (r6 + (v51 * v61));
    let v63: f32 = b0[(v64 + i2)];
    r7 = (r7 + (v63 * v54));
    r8 = (r8 + (v63 * v57));
    r9 = (r9 + (v63 * v59));
    r10 = (r10 + (v63 * v61));
    let v66: f32 = b0[(v67 + i2)];
    r11 = (r11 + (v66 * v54));
    r12 = (r12 + (v66 * v57));
    r13 = (r13 + (v66 * v59));
    r14 = (r14 + (v66 * v61));
    let v69: f32 = b0[(v70 + i2)];
    r15 = (r15 + (v69 * v54));
    r16 = (r16 + (v69 * v57));
    r17 = (r17 + (v69 * v59));
    r18 = (r18 + (v69 * v61));
  }
  let v74: f32 = b2[v56];
  let v73: f32 = (r3 + v74);
  let v72: bool = (v73 <= 0f);
  let v20: f32 = select(v73, 0f, v72);
  let v77: f32 = b2[v58];
  let v76: f32 = (r4 + v77);
  let v75: bool = (v76 <= 0f);
  let v22: f32 = select(v76, 0f, v75);
  let v80: f32 = b2[v60];
  let v79: f32 = (r5 + v80);
  let v78: bool = (v79 <= 0f);
  let v24: f32 = select(v79, 0f, v78);
  let v83: f32 = b2[v62];
  let v82: f32 = (r6 + v83);
  let v81: bool = (v82 <= 0f);
  let v26: f32 = select(v82, 0f, v81);
  let v85: f32 = (r7 + v74);
  let v84: bool = (v85 <= 0f);
  let v28: f32 = select(v85, 0f, v84);
  let v87: f32 = (r8 + v77);
  let v86: bool = (v87 <= 0f);
  let v30: f32 = select(v87, 0f, v86);
  let v89: f32 = (r9 + v80);
  let v88: bool = (v89 <= 0f);
  let v32: f32 = select(v89, 0f, v88);
  let v91: f32 = (r10 + v83);
  let v90: bool = (v91 <= 0f);
  let v34: f32 = select(v91, 0f, v90);
  let v93: f32 = (r11 + v74);
  let v92: bool = (v93 <= 0f);
  let v36: f32 = select(v93, 0f, v92);
  let v95: f32 = (r12 + v77);
  let v94: bool = (v95 <= 0f);
  let v38: f32 = select(v95, 0f, v94);
  let v97: f32 = (r13 + v80);
  let v96: bool = (v97 <= 0f);
  let v40: f32 = select(v97, 0f, v96);
  let v99: f32 = (r14 + v83);
  let v98: bool = (v99 <= 0f);
  let v42: f32 = select(v99, 0f, v98);
  let v101: f32 = (r15 + v74);
  let v100: bool = (v101 <= 0f);
  let v44: f32 = select(v101, 0f, v100);
  let v103: f32 = (r16 + v77);
  let v102: bool = (v103 <= 0f);
  let v46: f32 = select(v103, 0f, v102);
  let v105: f32 = (r17 + v80);
  let v104: bool = (v105 <= 0f);
  let v48: f32 = select(v105, 0f, v104);
  let v107: f32 = (r18 + v83);
  let v106: bool = (v107 <= 0f);
  let v50: f32 = select(v107, 0f, v106);
  let v109: i32 = (v53 * 8);
  let v108: i32 = (v109 + v56);
  b3[v108] = select(0u, 1u, v72);
  b4[v108] = v20;
  let v110: i32 = (v109 + v58);
  b3[v110] = select(0u, 1u, v75);
  b4[v110] = v22;
  let v111: i32 = (v109 + v60);
  b3[v111] = select(0u, 1u, v78);
  b4[v111] = v24;
  let v112: i32 = (v109 + v62);
  b3[v112] = select(0u, 1u, v81);
  b4[v112] = v26;
  let v114: i32 = (v65 * 8);
  let v113: i32 = (v114 + v56);
  b3[v113] = select(0u, 1u, v84);
  b4[v113] = v28;
  let v115: i32 = (v114 + v58);
  b3[v115] = select(0u, 1u, v86);
  b4[v115] = v30;
  let v116: i32 = (v114 + v60);
  b3[v116] = select(0u, 1u, v88);
  b4[v116] = v32;
  let v117: i32 = (v114 + v62);
  b3[v117] = select(0u, 1u, v90);
  b4[v117] = v34;
  let v119: i32 = (v68 * 8);
  let v118: i32 = (v119 + v56);
  b3[v118] = select(0u, 1u, v92);
  b4[v118] = v36;
  let v120: i32 = (v119 + v58);
  b3[v120] = select(0u, 1u, v94);
  b4[v120] = v38;
  let v121: i32 = (v119 + v60);
  b3[v121] = select(0u, 1u, v96);
  b4[v121] = v40;
  let v122: i32 = (v119 + v62);
  b3[v122] = select(0u, 1u, v98);
  b4[v122] = v42;
  let v124: i32 = (v71 * 8);
  let v123: i32 = (v124 + v56);
  b3[v123] = select(0u, 1u, v100);
  b4[v123] = v44;
  let v125: i32 = (v124 + v58);
  b3[v125] = select(0u, 1u, v102);
  b4[v125] = v46;
  let v126: i32 = (v124 + v60);
  b3[v126] = select(0u, 1u, v104);
  b4[v126] = v48;
  let v127: i32 = (v124 + v62);
  b3[v127] = select(0u, 1u, v106);
  b4[v127] = v50;
}


@group(0) @binding(0) var<storage, read_write> b0: array<i32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 4u) { return; }
  let i0 = i32(flat);
  var r2: f32 = 0f;
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

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 1u) { return; }
  let i0 = i32(0u);
  let i1 = i32(0u);
  var r3: f32 = 0f;
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
  let v29: i32 = (i0 * 4);
  let v28: i32 = (v29 * 8);
  let v32: i32 = (i1 * 3);
  let v34: i32 = (v32 + 1);
  let v36: i32 = (v32 + 2);
  let v39: i32 = (v29 + 1);
  let v38: i32 = (v39 * 8);
  let v42: i32 = (v29 + 2);
  let v41: i32 = (v42 * 8);
  let v45: i32 = (v29 + 3);
  let v44: i32 = (v45 * 8);
  for (var i2 = 0; i2 < 8; i2++) {
    let v27: f32 = b0[(v28 + i2)];
    let v31: i32 = (i2 * 3);
    let v30: f32 = b1[(v31 + v32)];
    r3 = (r3 + (v27 * v30));
    let v33: f32 = b1[(v31 + v34)];
    r4 = (r4 + (v27 * v33));
    let v35: f32 = b1[(v31 + v36)];
    r5 = (r5 + (v27 * v35));
    let v37: f32 = b0[(v38 + i2)];
    r6 = (r6 + (v37 * v30));
    r7 = (r7 + (v37 * v33));
    r8 = (r8 + (v37 * v35));
    let v40: f32 = b0[(v41 + i2)];
    r9 = (r9 + (v40 * v30));
    r10 = (r10 + (v40 * v33));
    r11 = (r11 + (v40 * v35));
    let v43: f32 = b0[(v44 + i2)];
    r12 = (r12 + (v43 * v30));
    r13 = (r13 + (v43 * v33));
    r14 = (r14 + (v43 * v35));
  }
  let v46: f32 = b2[v32];
  let v15: f32 = (r3 + v46);
  let v47: f32 = b2[v34];
  let v16: f32 = (r4 + v47);
  let v48: f32 = b2[v36];
  let v17: f32 = (r5 + v48);
  let v18: f32 = (r6 + v46);
  let v19: f32 = (r7 + v47);
  let v20: f32 = (r8 + v48);
  let v21: f32 = (r9 + v46);
  let v22: f32 = (r10 + v47);
  let v23: f32 = (r11 + v48);
  let v24: f32 = (r12 + v46);
  let v25: f32 = (r13 + v47);
  let v26: f32 = (r14 + v48);
  let v49: i32 = (v29 * 3);
  b3[(v49 + v32)] = v15;
  b3[(v49 + v34)] = v16;
  b3[(v49 + v36)] = v17;
  let v50: i32 = (v39 * 3);
  b3[(v50 + v32)] = v18;
  b3[(v50 + v34)] = v19;
  b3[(v50 + v36)] = v20;
  let v51: i32 = (v42 * 3);
  b3[(v51 + v32)] = v21;
  b3[(v51 + v34)] = v22;
  b3[(v51 + v36)] = v23;
  let v52: i32 = (v45 * 3);
  b3[(v52 + v32)] = v24;
  b3[(v52 + v34)] = v25;
  b3[(v52 + v36)] = v26;
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
  let v3: f32 = select(0f, r2, fx_is_finite(r2));
  b1[i0] = v3;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;
@group(0) @binding(3) var<storage, read_write> b3: array<f32>;

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

fn fx_exp_reduce(x: f32) -> vec2<f32> {
  let n = round(x * 1.442695f);
  return vec2<f32>(n, (x - n * 0.69314575f) - n * 1.4286068e-6f);
}

fn fx_exp_tail(r: f32) -> f32 {
  let p = ((((1.98756915e-4f * r + 1.39819995e-3f) * r + 8.33345191e-3f) * r + 4.16657959e-2f) * r + 1.66666655e-1f) * r + 5.00000012e-1f;
  return p * (r * r);
}

fn fx_exp_scaled(x: f32, m: i32) -> f32 {
  let reduced = fx_exp_reduce(clamp(x, -104f, 90f));
  return select(fx_ldexp(1f + (fx_exp_tail(reduced.y) + reduced.y), i32(reduced.x) + m), x, fx_is_nan(x));
}

fn fx_exp(x: f32) -> f32 {
  return fx_exp_scaled(x, 0);
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
  var r2: f32 = 0f;
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

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 3u) { return; }
  let i0 = i32(flat);
  var r2: f32 = 0f;
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

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 2u) { return; }
  let i0 = i32(flat);
  let i1 = i32(0u);
  var r3: f32 = 0f;
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
  let v41: i32 = (i0 * 4);
  let v44: i32 = (i1 * 3);
  let v46: i32 = (v44 + 1);
  let v48: i32 = (v44 + 2);
  let v50: i32 = (v41 + 1);
  let v52: i32 = (v41 + 2);
  let v54: i32 = (v41 + 3);
  for (var i2 = 0; i2 < 4; i2++) {
    let v40: i32 = (i2 * 8);
    let v39: f32 = b0[(v40 + v41)];
    let v43: i32 = (i2 * 3);
    let v42: f32 = b1[(v43 + v44)];
    r3 = (r3 + (v39 * v42));
    let v45: f32 = b1[(v43 + v46)];
    r4 = (r4 + (v39 * v45));
    let v47: f32 = b1[(v43 + v48)];
    r5 = (r5 + (v39 * v47));
    let v49: f32 = b0[(v40 + v50)];
    r6 = (r6 + (v49 * v42));
    r7 = (r7 + (v49 * v45));
    r8 = (r8 + (v49 * v47));
    let v51: f32 = b0[(v40 + v52)];
    r9 = (r9 + (v51 * v42));
    r10 = (r10 + (v51 * v45));
    r11 = (r11 + (v51 * v47));
    let v53: f32 = b0[(v40 + v54)];
    r12 = (r12 + (v53 * v42));
    r13 = (r13 + (v53 * v45));
    r14 = (r14 + (v53 * v47));
  }
  let v56: i32 = (v41 * 3);
  let v55: i32 = (v56 + v44);
  let v15: f32 = ((0.9f * b2[v55]) + (0.1f * r3));
  let v16: f32 = ((0.999f * b3[v55]) + (0.001f * (r3 * r3)));
  let v57: i32 = (v56 + v46);
  let v17: f32 = ((0.9f * b2[v57]) + (0.1f * r4));
  let v18: f32 = ((0.999f * b3[v57]) + (0.001f * (r4 * r4)));
  let v58: i32 = (v56 + v48);
  let v19: f32 = ((0.9f * b2[v58]) + (0.1f * r5));
  let v20: f32 = ((0.999f * b3[v58]) + (0.001f * (r5 * r5)));
  let v60: i32 = (v50 * 3);
  let v59: i32 = (v60 + v44);
  let v21: f32 = ((0.9f * b2[v59]) + (0.1f * r6));
  let v22: f32 = ((0.999f * b3[v59]) + (0.001f * (r6 * r6)));
  let v61: i32 = (v60 + v46);
  let v23: f32 = ((0.9f * b2[v61]) + (0.1f * r7));
  let v24: f32 = ((0.999f * b3[v61]) + (0.001f * (r7 * r7)));
  let v62: i32 = (v60 + v48);
  let v25: f32 = ((0.9f * b2[v62]) + (0.1f * r8));
  let v26: f32 = ((0.999f * b3[v62]) + (0.001f * (r8 * r8)));
  let v64: i32 = (v52 * 3);
  let v63: i32 = (v64 + v44);
  let v27: f32 = ((0.9f * b2[v63]) + (0.1f * r9));
  let v28: f32 = ((0.999f * b3[v63]) + (0.001f * (r9 * r9)));
  let v65: i32 = (v64 + v46);
  let v29: f32 = ((0.9f * b2[v65]) + (0.1f * r10));
  let v30: f32 = ((0.999f * b3[v65]) + (0.001f * (r10 * r10)));
  let v66: i32 = (v64 + v48);
  let v31: f32 = ((0.9f * b2[v66]) + (0.1f * r11));
  let v32: f32 = ((0.999f * b3[v66]) + (0.001f * (r11 * r11)));
  let v68: i32 = (v54 * 3);
  let v67: i32 = (v68 + v44);
  let v33: f32 = ((0.9f * b2[v67]) + (0.1f * r12));
  let v34: f32 = ((0.999f * b3[v67]) + (0.001f * (r12 * r12)));
  let v69: i32 = (v68 + v46);
  let v35: f32 = ((0.9f * b2[v69]) + (0.1f * r13));
  let v36: f32 = ((0.999f * b3[v69]) + (0.001f * (r13 * r13)));
  let v70: i32 = (v68 + v48);
  let v37: f32 = ((0.9f * b2[v70]) + (0.1f * r14));
  let v38: f32 = ((0.999f * b3[v70]) + (0.001f * (r14 * r14)));
  b2[v55] = v15;
  b3[v55] = v16;
  b2[v57] = v17;
  b3[v57] = v18;
  b2[v58] = v19;
  b3[v58] = v20;
  b2[v59] = v21;
  b3[v59] = v22;
  b2[v61] = v23;
  b3[v61] = v24;
  b2[v62] = v25;
  b3[v62] = v26;
  b2[v63] = v27;
  b3[v63] = v28;
  b2[v65] = v29;
  b3[v65] = v30;
  b2[v66] = v31;
  b3[v66] = v32;
  b2[v67] = v33;
  b3[v67] = v34;
  b2[v69] = v35;
  b3[v69] = v36;
  b2[v70] = v37;
  b3[v70] = v38;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<i32>;
@group(0) @binding(3) var<storage, read_write> b3: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 4u) { return; }
  let i0 = i32(flat);
  var r2: f32 = 0f;
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

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 1u) { return; }
  var r1: f32 = 0f;
  for (var i0 = 0; i0 < 4; i0++) {
    r1 = (r1 + b0[i0]);
  }
  let v2: f32 = (-(r1 / 4f));
  b1[0] = v2;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<u32>;
@group(0) @binding(3) var<storage, read_write> b3: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 2u) { return; }
  let i0 = i32(0u);
  let i1 = i32(flat);
  var r3: f32 = 0f;
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
  let v37: i32 = (i0 * 4);
  let v36: i32 = (v37 * 3);
  let v40: i32 = (i1 * 4);
  let v39: i32 = (v40 * 3);
  let v43: i32 = (v40 + 1);
  let v42: i32 = (v43 * 3);
  let v46: i32 = (v40 + 2);
  let v45: i32 = (v46 * 3);
  let v49: i32 = (v40 + 3);
  let v48: i32 = (v49 * 3);
  let v52: i32 = (v37 + 1);
  let v51: i32 = (v52 * 3);
  let v55: i32 = (v37 + 2);
  let v54: i32 = (v55 * 3);
  let v58: i32 = (v37 + 3);
  let v57: i32 = (v58 * 3);
  for (var i2 = 0; i2 < 3; i2++) {
    let v35: f32 = b0[(v36 + i2)];
    let v38: f32 = b1[(v39 + i2)];
    r3 = (r3 + (v35 * v38));
    let v41: f32 = b1[(v42 + i2)];
    r4 = (r4 + (v35 * v41));
    let v44: f32 = b1[(v45 + i2)];
    r5 = (r5 + (v35 * v44));
    let v47: f32 = b1[(v48 + i2)];
    r6 = (r6 + (v35 * v47));
    let v50: f32 = b0[(v51 + i2)];
    r7 = (r7 + (v50 * v38));
    r8 = (r8 + (v50 * v41));
    r9 = (r9 + (v50 * v44));
    r10 = (r10 + (v50 * v47));
    let v53: f32 = b0[(v54 + i2)];
    r11 = (r11 + (v53 * v38));
    r12 = (r12 + (v53 * v41));
    r13 = (r13 + (v53 * v44));
    r14 = (r14 + (v53 * v47));
    let v56: f32 = b0[(v57 + i2)];
    r15 = (r15 + (v56 * v38));
    r16 = (r16 + (v56 * v41));
    r17 = (r17 + (v56 * v44));
    r18 = (r18 + (v56 * v47));
  }
  let v60: i32 = (v37 * 8);
  let v59: i32 = (v60 + v40);
  let v19: f32 = select(r3, 0f, (b2[v59] != 0u));
  let v61: i32 = (v60 + v43);
  let v20: f32 = select(r4, 0f, (b2[v61] != 0u));
  let v62: i32 = (v60 + v46);
  let v21: f32 = select(r5, 0f, (b2[v62] != 0u));
  let v63: i32 = (v60 + v49);
  let v22: f32 = select(r6, 0f, (b2[v63] != 0u));
  let v65: i32 = (v52 * 8);
  let v64: i32 = (v65 + v40);
  let v23: f32 = select(r7, 0f, (b2[v64] != 0u));
  let v66: i32 = (v65 + v43);
  let v24: f32 = select(r8, 0f, (b2[v66] != 0u));
  let v67: i32 = (v65 + v46);
  let v25: f32 = select(r9, 0f, (b2[v67] != 0u));
  let v68: i32 = (v65 + v49);
  let v26: f32 = select(r10, 0f, (b2[v68] != 0u));
  let v70: i32 = (v55 * 8);
  let v69: i32 = (v70 + v40);
  let v27: f32 = select(r11, 0f, (b2[v69] != 0u));
  let v71: i32 = (v70 + v43);
  let v28: f32 = select(r12, 0f, (b2[v71] != 0u));
  let v72: i32 = (v70 + v46);
  let v29: f32 = select(r13, 0f, (b2[v72] != 0u));
  let v73: i32 = (v70 + v49);
  let v30: f32 = select(r14, 0f, (b2[v73] != 0u));
  let v75: i32 = (v58 * 8);
  let v74: i32 = (v75 + v40);
  let v31: f32 = select(r15, 0f, (b2[v74] != 0u));
  let v76: i32 = (v75 + v43);
  let v32: f32 = select(r16, 0f, (b2[v76] != 0u));
  let v77: i32 = (v75 + v46);
  let v33: f32 = select(r17, 0f, (b2[v77] != 0u));
  let v78: i32 = (v75 + v49);
  let v34: f32 = select(r18, 0f, (b2[v78] != 0u));
  b3[v59] = v19;
  b3[v61] = v20;
  b3[v62] = v21;
  b3[v63] = v22;
  b3[v64] = v23;
  b3[v66] = v24;
  b3[v67] = v25;
  b3[v68] = v26;
  b3[v69] = v27;
  b3[v71] = v28;
  b3[v72] = v29;
  b3[v73] = v30;
  b3[v74] = v31;
  b3[v76] = v32;
  b3[v77] = v33;
  b3[v78] = v34;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 8u) { return; }
  let i0 = i32(flat);
  var r2: f32 = 0f;
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

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 4u) { return; }
  let i0 = i32(flat / 2u);
  let i1 = i32(flat % 2u);
  var r3: f32 = 0f;
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
  let v53: i32 = (i0 * 4);
  let v56: i32 = (i1 * 4);
  let v58: i32 = (v56 + 1);
  let v60: i32 = (v56 + 2);
  let v62: i32 = (v56 + 3);
  let v64: i32 = (v53 + 1);
  let v67: i32 = (v53 + 2);
  let v66: i32 = min(v67, 5);
  let v70: i32 = (v53 + 3);
  let v69: i32 = min(v70, 5);
  for (var i2 = 0; i2 < 4; i2++) {
    let v52: i32 = (i2 * 6);
    let v51: f32 = b0[(v52 + v53)];
    let v55: i32 = (i2 * 8);
    let v54: f32 = b1[(v55 + v56)];
    r3 = (r3 + (v51 * v54));
    let v57: f32 = b1[(v55 + v58)];
    r4 = (r4 + (v51 * v57));
    let v59: f32 = b1[(v55 + v60)];
    r5 = (r5 + (v51 * v59));
    let v61: f32 = b1[(v55 + v62)];
    r6 = (r6 + (v51 * v61));
    let v63: f32 = b0[(v52 + v64)];
    r7 = (r7 + (v63 * v54));
    r8 = (r8 + (v63 * v57));
    r9 = (r9 + (v63 * v59));
    r10 = (r10 + (v63 * v61));
    let v65: f32 = b0[(v52 + v66)];
    r11 = (r11 + (v65 * v54));
    r12 = (r12 + (v65 * v57));
    r13 = (r13 + (v65 * v59));
    r14 = (r14 + (v65 * v61));
    let v68: f32 = b0[(v52 + v69)];
    r15 = (r15 + (v68 * v54));
    r16 = (r16 + (v68 * v57));
    r17 = (r17 + (v68 * v59));
    r18 = (r18 + (v68 * v61));
  }
  let v72: i32 = (v53 * 8);
  let v71: i32 = (v72 + v56);
  let v19: f32 = ((0.9f * b2[v71]) + (0.1f * r3));
  let v20: f32 = ((0.999f * b3[v71]) + (0.001f * (r3 * r3)));
  let v73: i32 = (v72 + v58);
  let v21: f32 = ((0.9f * b2[v73]) + (0.1f * r4));
  let v22: f32 = ((0.999f * b3[v73]) + (0.001f * (r4 * r4)));
  let v74: i32 = (v72 + v60);
  let v23: f32 = ((0.9f * b2[v74]) + (0.1f * r5));
  let v24: f32 = ((0.999f * b3[v74]) + (0.001f * (r5 * r5)));
  let v75: i32 = (v72 + v62);
  let v25: f32 = ((0.9f * b2[v75]) + (0.1f * r6));
  let v26: f32 = ((0.999f * b3[v75]) + (0.001f * (r6 * r6)));
  let v77: i32 = (v64 * 8);
  let v76: i32 = (v77 + v56);
  let v27: f32 = ((0.9f * b2[v76]) + (0.1f * r7));
  let v28: f32 = ((0.999f * b3[v76]) + (0.001f * (r7 * r7)));
  let v78: i32 = (v77 + v58);
  let v29: f32 = ((0.9f * b2[v78]) + (0.1f * r8));
  let v30: f32 = ((0.999f * b3[v78]) + (0.001f * (r8 * r8)));
  let v79: i32 = (v77 + v60);
  let v31: f32 = ((0.9f * b2[v79]) + (0.1f * r9));
  let v32: f32 = ((0.999f * b3[v79]) + (0.001f * (r9 * r9)));
  let v80: i32 = (v77 + v62);
  let v33: f32 = ((0.9f * b2[v80]) + (0.1f * r10));
  let v34: f32 = ((0.999f * b3[v80]) + (0.001f * (r10 * r10)));
  let v82: i32 = (v66 * 8);
  let v81: i32 = (v82 + v56);
  let v35: f32 = ((0.9f * b2[v81]) + (0.1f * r11));
  let v36: f32 = ((0.999f * b3[v81]) + (0.001f * (r11 * r11)));
  let v83: i32 = (v82 + v58);
  let v37: f32 = ((0.9f * b2[v83]) + (0.1f * r12));
  let v38: f32 = ((0.999f * b3[v83]) + (0.001f * (r12 * r12)));
  let v84: i32 = (v82 + v60);
  let v39: f32 = ((0.9f * b2[v84]) + (0.1f * r13));
  let v40: f32 = ((0.999f * b3[v84]) + (0.001f * (r13 * r13)));
  let v85: i32 = (v82 + v62);
  let v41: f32 = ((0.9f * b2[v85]) + (0.1f * r14));
  let v42: f32 = ((0.999f * b3[v85]) + (0.001f * (r14 * r14)));
  let v87: i32 = (v69 * 8);
  let v86: i32 = (v87 + v56);
  let v43: f32 = ((0.9f * b2[v86]) + (0.1f * r15));
  let v44: f32 = ((0.999f * b3[v86]) + (0.001f * (r15 * r15)));
  let v88: i32 = (v87 + v58);
  let v45: f32 = ((0.9f * b2[v88]) + (0.1f * r16));
  let v46: f32 = ((0.999f * b3[v88]) + (0.001f * (r16 * r16)));
  let v89: i32 = (v87 + v60);
  let v47: f32 = ((0.9f * b2[v89]) + (0.1f * r17));
  let v48: f32 = ((0.999f * b3[v89]) + (0.001f * (r17 * r17)));
  let v90: i32 = (v87 + v62);
  let v49: f32 = ((0.9f * b2[v90]) + (0.1f * r18));
  let v50: f32 = ((0.999f * b3[v90]) + (0.001f * (r18 * r18)));
  let v91: bool = (v53 < 6);
  if (v91) {
    b2[v71] = v19;
    b3[v71] = v20;
  }
  if (v91) {
    b2[v73] = v21;
    b3[v73] = v22;
  }
  if (v91) {
    b2[v74] = v23;
    b3[v74] = v24;
  }
  if (v91) {
    b2[v75] = v25;
    b3[v75] = v26;
  }
  let v92: bool = (v64 < 6);
  if (v92) {
    b2[v76] = v27;
    b3[v76] = v28;
  }
  if (v92) {
    b2[v78] = v29;
    b3[v78] = v30;
  }
  if (v92) {
    b2[v79] = v31;
    b3[v79] = v32;
  }
  if (v92) {
    b2[v80] = v33;
    b3[v80] = v34;
  }
  let v93: bool = (v67 < 6);
  if (v93) {
    b2[v81] = v35;
    b3[v81] = v36;
  }
  if (v93) {
    b2[v83] = v37;
    b3[v83] = v38;
  }
  if (v93) {
    b2[v84] = v39;
    b3[v84] = v40;
  }
  if (v93) {
    b2[v85] = v41;
    b3[v85] = v42;
  }
  let v94: bool = (v70 < 6);
  if (v94) {
    b2[v86] = v43;
    b3[v86] = v44;
  }
  if (v94) {
    b2[v88] = v45;
    b3[v88] = v46;
  }
  if (v94) {
    b2[v89] = v47;
    b3[v89] = v48;
  }
  if (v94) {
    b2[v90] = v49;
    b3[v90] = v50;
  }
}


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
  let p = ((((1.98756915e-4f * r + 1.39819995e-3f) * r + 8.33345191e-3f) * r + 4.16657959e-2f) * r + 1.66666655e-1f) * r + 5.00000012e-1f;
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

