@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;
@group(0) @binding(3) var<storage, read_write> b3: array<f32>;

var<private> fx_zero: u32 = 0u;

fn fx_is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 24u) { return; }
  let i0 = i32(flat / 12u);
  let i1 = i32(0u);
  let i2 = i32(flat / 2u % 6u);
  let i3 = i32(flat % 2u);
  var r7: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r8: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r9: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r10: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r11: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r12: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r13: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r14: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r15: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  let v42: i32 = (i3 * 3);
  let v41: i32 = (v42 + (-1));
  let v40: bool = (v41 >= 0);
  let v44: i32 = (i0 * 36);
  let v45: i32 = max(v41, 0);
  let v48: i32 = (i1 * 27);
  let v61: i32 = (v42 + 3);
  let v60: bool = (v61 < 6);
  let v62: i32 = min(v61, 5);
  for (var i5 = 0; i5 < 3; i5++) {
    let v39: i32 = ((i2 + i5) + (-1));
    let v38: bool = ((v39 >= 0) & (v39 < 6));
    let v43: i32 = (v44 + (min(max(v39, 0), 5) * 6));
    let v37: f32 = select(bitcast<f32>(0x00000000u ^ fx_zero), b0[(v43 + v45)], (v38 & v40));
    let v47: i32 = (v48 + (i5 * 3));
    let v46: f32 = b1[v47];
    r7 = (r7 + (v37 * v46));
    let v50: i32 = (v43 + v42);
    let v49: f32 = select(bitcast<f32>(0x00000000u ^ fx_zero), b0[v50], v38);
    r8 = (r8 + (v49 * v46));
    let v51: f32 = select(bitcast<f32>(0x00000000u ^ fx_zero), b0[(v50 + 1)], v38);
    r9 = (r9 + (v51 * v46));
    let v52: f32 = b1[(v47 + 9)];
    r10 = (r10 + (v37 * v52));
    r11 = (r11 + (v49 * v52));
    r12 = (r12 + (v51 * v52));
    let v53: f32 = b1[(v47 + 18)];
    r13 = (r13 + (v37 * v53));
    r14 = (r14 + (v49 * v53));
    r15 = (r15 + (v51 * v53));
    let v54: f32 = b1[(v47 + 1)];
    r7 = (r7 + (v49 * v54));
    r8 = (r8 + (v51 * v54));
    let v55: f32 = select(bitcast<f32>(0x00000000u ^ fx_zero), b0[(v50 + 2)], v38);
    r9 = (r9 + (v55 * v54));
    let v56: f32 = b1[(v47 + 10)];
    r10 = (r10 + (v49 * v56));
    r11 = (r11 + (v51 * v56));
    r12 = (r12 + (v55 * v56));
    let v57: f32 = b1[(v47 + 19)];
    r13 = (r13 + (v49 * v57));
    r14 = (r14 + (v51 * v57));
    r15 = (r15 + (v55 * v57));
    let v58: f32 = b1[(v47 + 2)];
    r7 = (r7 + (v51 * v58));
    r8 = (r8 + (v55 * v58));
    let v59: f32 = select(bitcast<f32>(0x00000000u ^ fx_zero), b0[(v43 + v62)], (v38 & v60));
    r9 = (r9 + (v59 * v58));
    let v63: f32 = b1[(v47 + 11)];
    r10 = (r10 + (v51 * v63));
    r11 = (r11 + (v55 * v63));
    r12 = (r12 + (v59 * v63));
    let v64: f32 = b1[(v47 + 20)];
    r13 = (r13 + (v51 * v64));
    r14 = (r14 + (v55 * v64));
    r15 = (r15 + (v59 * v64));
  }
  if (fx_is_nan(((((((((r7 + r8) + r9) + r10) + r11) + r12) + r13) + r14) + r15))) {
    r7 = 0f;
    r8 = 0f;
    r9 = 0f;
    r10 = 0f;
    r11 = 0f;
    r12 = 0f;
    r13 = 0f;
    r14 = 0f;
    r15 = 0f;
    for (var i17 = 0; i17 < 3; i17++) {
      let v67: i32 = ((i2 + i17) + (-1));
      let v66: bool = ((v67 >= 0) & (v67 < 6));
      let v71: i32 = (v44 + (min(max(v67, 0), 5) * 6));
      let v74: i32 = (v48 + (i17 * 3));
      for (var i18 = 0; i18 < 3; i18++) {
        let v69: i32 = (v42 + i18);
        let v68: i32 = (v69 + (-1));
        let v65: bool = (v66 & (v68 >= 0));
        let v70: f32 = b0[(v71 + max(v68, 0))];
        let v73: i32 = (v74 + i18);
        let v72: f32 = b1[v73];
        r7 = (r7 + select(bitcast<f32>(0x00000000u ^ fx_zero), (v70 * v72), v65));
        let v75: f32 = b0[(v71 + v69)];
        r8 = (r8 + select(bitcast<f32>(0x00000000u ^ fx_zero), (v75 * v72), v66));
        let v77: i32 = (v69 + 1);
        let v76: bool = (v66 & (v77 < 6));
        let v78: f32 = b0[(v71 + min(v77, 5))];
        r9 = (r9 + select(bitcast<f32>(0x00000000u ^ fx_zero), (v78 * v72), v76));
        let v79: f32 = b1[(v73 + 9)];
        r10 = (r10 + select(bitcast<f32>(0x00000000u ^ fx_zero), (v70 * v79), v65));
        r11 = (r11 + select(bitcast<f32>(0x00000000u ^ fx_zero), (v75 * v79), v66));
        r12 = (r12 + select(bitcast<f32>(0x00000000u ^ fx_zero), (v78 * v79), v76));
        let v80: f32 = b1[(v73 + 18)];
        r13 = (r13 + select(bitcast<f32>(0x00000000u ^ fx_zero), (v70 * v80), v65));
        r14 = (r14 + select(bitcast<f32>(0x00000000u ^ fx_zero), (v75 * v80), v66));
        r15 = (r15 + select(bitcast<f32>(0x00000000u ^ fx_zero), (v78 * v80), v76));
      }
    }
  }
  let v20: f32 = select(r7, bitcast<f32>(0x00000000u ^ fx_zero), (r7 <= 0f));
  let v22: f32 = select(r8, bitcast<f32>(0x00000000u ^ fx_zero), (r8 <= 0f));
  let v24: f32 = select(r9, bitcast<f32>(0x00000000u ^ fx_zero), (r9 <= 0f));
  let v26: f32 = select(r10, bitcast<f32>(0x00000000u ^ fx_zero), (r10 <= 0f));
  let v28: f32 = select(r11, bitcast<f32>(0x00000000u ^ fx_zero), (r11 <= 0f));
  let v30: f32 = select(r12, bitcast<f32>(0x00000000u ^ fx_zero), (r12 <= 0f));
  let v32: f32 = select(r13, bitcast<f32>(0x00000000u ^ fx_zero), (r13 <= 0f));
  let v34: f32 = select(r14, bitcast<f32>(0x00000000u ^ fx_zero), (r14 <= 0f));
  let v36: f32 = select(r15, bitcast<f32>(0x00000000u ^ fx_zero), (r15 <= 0f));
  let v81: i32 = ((((i0 * 108) + (i1 * 108)) + (i2 * 6)) + v42);
  let v82: i32 = (v81 + 1);
  let v83: i32 = (v81 + 2);
  let v84: i32 = (v81 + 36);
  let v85: i32 = (v81 + 37);
  let v86: i32 = (v81 + 38);
  let v87: i32 = (v81 + 72);
  let v88: i32 = (v81 + 73);
  let v89: i32 = (v81 + 74);
  b2[v81] = r7;
  b3[v81] = v20;
  b2[v82] = r8;
  b3[v82] = v22;
  b2[v83] = r9;
  b3[v83] = v24;
  b2[v84] = r10;
  b3[v84] = v26;
  b2[v85] = r11;
  b3[v85] = v28;
  b2[v86] = r12;
  b3[v86] = v30;
  b2[v87] = r13;
  b3[v87] = v32;
  b2[v88] = r14;
  b3[v88] = v34;
  b2[v89] = r15;
  b3[v89] = v36;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<i32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;

var<private> fx_zero: u32 = 0u;

fn fx_inf() -> f32 {
  return bitcast<f32>(0x7f800000u ^ fx_zero);
}

fn fx_is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

fn fx_max(a: f32, b: f32) -> f32 {
  let r = select(b, a, a > b || fx_is_nan(a));
  return select(r, bitcast<f32>(bitcast<u32>(a) & bitcast<u32>(b)), a == b);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 54u) { return; }
  let i0 = i32(flat / 27u);
  let i1 = i32(flat / 9u % 3u);
  let i2 = i32(flat / 3u % 3u);
  let i3 = i32(flat % 3u);
  var r5: f32 = (-fx_inf());
  var r6: i32 = 0;
  var r7: f32 = (-fx_inf());
  let v12: i32 = ((i0 * 108) + (i1 * 36));
  let v13: i32 = (i2 * 2);
  let v14: i32 = (i3 * 2);
  for (var i4 = 0; i4 < 4; i4++) {
    let v11: f32 = b0[((v12 + ((v13 + (i4 / 2)) * 6)) + (v14 + (i4 % 2)))];
    let v10: bool = ((v11 > r5) | (fx_is_nan(v11) & (!fx_is_nan(r5))));
    r6 = select(r6, i4, v10);
    r5 = select(r5, v11, v10);
    r7 = fx_max(r7, v11);
  }
  let v15: i32 = ((((i0 * 27) + (i1 * 9)) + (i2 * 3)) + i3);
  b1[v15] = r6;
  b2[v15] = r7;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;

var<private> fx_zero: u32 = 0u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 6u) { return; }
  let i0 = i32(flat / 3u);
  let i1 = i32(flat % 3u);
  var r4: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  let v7: i32 = ((i0 * 27) + (i1 * 9));
  for (var i2 = 0; i2 < 3; i2++) {
    let v6: i32 = (v7 + (i2 * 3));
    for (var i3 = 0; i3 < 3; i3++) {
      r4 = (r4 + b0[(v6 + i3)]);
    }
  }
  let v9: i32 = ((i0 * 3) + i1);
  let v8: f32 = (0.16666667f * ((r4 / 9f) - b1[v9]));
  let v5: f32 = ((v8 + v8) / 9f);
  b2[v9] = v5;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<i32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;
@group(0) @binding(3) var<storage, read_write> b3: array<f32>;

var<private> fx_zero: u32 = 0u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 216u) { return; }
  let i0 = i32(flat / 108u);
  let i1 = i32(flat / 36u % 3u);
  let i2 = i32(flat / 6u % 6u);
  let i3 = i32(flat % 6u);
  let v5: i32 = ((((i0 * 108) + (i1 * 36)) + (i2 * 6)) + i3);
  let v4: f32 = select(select(bitcast<f32>(0x00000000u ^ fx_zero), b2[((i0 * 3) + i1)], (b1[((((i0 * 27) + (i1 * 9)) + ((i2 / 2) * 3)) + (i3 / 2))] == (((i2 % 2) * 2) + (i3 % 2)))), bitcast<f32>(0x00000000u ^ fx_zero), (b0[v5] <= 0f));
  b3[v5] = v4;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;

var<private> fx_zero: u32 = 0u;

fn fx_is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 3u) { return; }
  let i0 = i32(0u);
  let i1 = i32(flat);
  let i2 = i32(0u);
  var r6: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r7: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r8: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r9: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r10: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r11: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r12: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r13: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r14: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  let v32: i32 = (i2 * 3);
  let v39: i32 = (i0 * 108);
  for (var i3 = 0; i3 < 2; i3++) {
    let v34: i32 = (i3 * 36);
    let v38: i32 = ((i3 * 108) + v39);
    for (var i4 = 0; i4 < 6; i4++) {
      let v29: i32 = ((i1 + i4) + (-1));
      let v28: bool = ((v29 >= 0) & (v29 < 6));
      let v33: i32 = (v34 + (min(max(v29, 0), 5) * 6));
      let v37: i32 = (v38 + (i4 * 6));
      for (var i5 = 0; i5 < 6; i5++) {
        let v31: i32 = (v32 + i5);
        let v30: i32 = (v31 + (-1));
        let v27: f32 = select(bitcast<f32>(0x00000000u ^ fx_zero), b0[(v33 + max(v30, 0))], (v28 & (v30 >= 0)));
        let v36: i32 = (v37 + i5);
        let v35: f32 = b1[v36];
        r6 = (r6 + (v27 * v35));
        let v40: f32 = select(bitcast<f32>(0x00000000u ^ fx_zero), b0[(v33 + v31)], v28);
        r7 = (r7 + (v40 * v35));
        let v42: i32 = (v31 + 1);
        let v41: f32 = select(bitcast<f32>(0x00000000u ^ fx_zero), b0[(v33 + min(v42, 5))], (v28 & (v42 < 6)));
        r8 = (r8 + (v41 * v35));
        let v43: f32 = b1[(v36 + 36)];
        r9 = (r9 + (v27 * v43));
        r10 = (r10 + (v40 * v43));
        r11 = (r11 + (v41 * v43));
        let v44: f32 = b1[(v36 + 72)];
        r12 = (r12 + (v27 * v44));
        r13 = (r13 + (v40 * v44));
        r14 = (r14 + (v41 * v44));
      }
    }
  }
  if (fx_is_nan(((((((((r6 + r7) + r8) + r9) + r10) + r11) + r12) + r13) + r14))) {
    r6 = 0f;
    r7 = 0f;
    r8 = 0f;
    r9 = 0f;
    r10 = 0f;
    r11 = 0f;
    r12 = 0f;
    r13 = 0f;
    r14 = 0f;
    for (var i15 = 0; i15 < 2; i15++) {
      let v52: i32 = (i15 * 36);
      let v56: i32 = ((i15 * 108) + v39);
      for (var i16 = 0; i16 < 6; i16++) {
        let v47: i32 = ((i1 + i16) + (-1));
        let v46: bool = ((v47 >= 0) & (v47 < 6));
        let v51: i32 = (v52 + (min(max(v47, 0), 5) * 6));
        let v55: i32 = (v56 + (i16 * 6));
        for (var i17 = 0; i17 < 6; i17++) {
          let v49: i32 = (v32 + i17);
          let v48: i32 = (v49 + (-1));
          let v45: bool = (v46 & (v48 >= 0));
          let v50: f32 = b0[(v51 + max(v48, 0))];
          let v54: i32 = (v55 + i17);
          let v53: f32 = b1[v54];
          r6 = (r6 + select(bitcast<f32>(0x00000000u ^ fx_zero), (v50 * v53), v45));
          let v57: f32 = b0[(v51 + v49)];
          r7 = (r7 + select(bitcast<f32>(0x00000000u ^ fx_zero), (v57 * v53), v46));
          let v59: i32 = (v49 + 1);
          let v58: bool = (v46 & (v59 < 6));
          let v60: f32 = b0[(v51 + min(v59, 5))];
          r8 = (r8 + select(bitcast<f32>(0x00000000u ^ fx_zero), (v60 * v53), v58));
          let v61: f32 = b1[(v54 + 36)];
          r9 = (r9 + select(bitcast<f32>(0x00000000u ^ fx_zero), (v50 * v61), v45));
          r10 = (r10 + select(bitcast<f32>(0x00000000u ^ fx_zero), (v57 * v61), v46));
          r11 = (r11 + select(bitcast<f32>(0x00000000u ^ fx_zero), (v60 * v61), v58));
          let v62: f32 = b1[(v54 + 72)];
          r12 = (r12 + select(bitcast<f32>(0x00000000u ^ fx_zero), (v50 * v62), v45));
          r13 = (r13 + select(bitcast<f32>(0x00000000u ^ fx_zero), (v57 * v62), v46));
          r14 = (r14 + select(bitcast<f32>(0x00000000u ^ fx_zero), (v60 * v62), v58));
        }
      }
    }
  }
  let v63: i32 = (((i0 * 27) + (i1 * 3)) + v32);
  b2[v63] = r6;
  b2[(v63 + 1)] = r7;
  b2[(v63 + 2)] = r8;
  b2[(v63 + 9)] = r9;
  b2[(v63 + 10)] = r10;
  b2[(v63 + 11)] = r11;
  b2[(v63 + 18)] = r12;
  b2[(v63 + 19)] = r13;
  b2[(v63 + 20)] = r14;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 27u) { return; }
  let i0 = i32(flat / 9u);
  let i1 = i32(flat / 3u % 3u);
  let i2 = i32(flat % 3u);
  let v4: i32 = (((i0 * 9) + (i1 * 3)) + i2);
  let v3: f32 = b0[v4];
  b1[v4] = v3;
}

