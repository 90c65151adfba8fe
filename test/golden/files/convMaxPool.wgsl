@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;
@group(0) @binding(3) var<storage, read_write> b3: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 24u) { return; }
  let i0 = i32(flat / 12u);
  let i1 = i32(0u);
  let i2 = i32(flat / 2u % 6u);
  let i3 = i32(flat % 2u);
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
  let v46: i32 = (i2 + (-1));
  let v49: i32 = (i3 * 4);
  let v48: i32 = (v49 + (-1));
  let v47: bool = (v48 >= 0);
  let v52: i32 = (i0 * 36);
  let v53: i32 = max(v48, 0);
  let v57: i32 = (i1 * 3);
  let v56: i32 = (v57 * 9);
  let v63: i32 = (v49 + 2);
  let v62: i32 = min(v63, 5);
  let v61: i32 = (v62 + (-1));
  let v67: i32 = (v49 + 3);
  let v66: i32 = min(v67, 5);
  let v65: i32 = (v66 + (-1));
  let v71: i32 = (v57 + 1);
  let v70: i32 = (v71 * 9);
  let v75: i32 = (v57 + 2);
  let v74: i32 = (v75 * 9);
  let v78: i32 = (v49 + 1);
  let v85: bool = (v63 < 6);
  let v88: i32 = (v62 + 1);
  let v87: bool = (v88 < 6);
  let v90: i32 = min(v88, 5);
  let v93: i32 = (v66 + 1);
  let v92: bool = (v93 < 6);
  let v95: i32 = min(v93, 5);
  for (var i5 = 0; i5 < 3; i5++) {
    let v45: i32 = (v46 + i5);
    let v44: bool = ((v45 >= 0) & (v45 < 6));
    let v43: bool = (v44 & v47);
    let v51: i32 = (v52 + (min(max(v45, 0), 5) * 6));
    let v50: f32 = b0[(v51 + v53)];
    let v58: i32 = (i5 * 3);
    let v55: i32 = (v56 + v58);
    let v54: f32 = b1[v55];
    r7 = (r7 + select(0f, (v50 * v54), v43));
    let v59: f32 = b0[(v51 + v49)];
    r8 = (r8 + select(0f, (v59 * v54), v44));
    let v60: f32 = b0[(v51 + v61)];
    r9 = (r9 + select(0f, (v60 * v54), v44));
    let v64: f32 = b0[(v51 + v65)];
    r10 = (r10 + select(0f, (v64 * v54), v44));
    let v69: i32 = (v70 + v58);
    let v68: f32 = b1[v69];
    r11 = (r11 + select(0f, (v50 * v68), v43));
    r12 = (r12 + select(0f, (v59 * v68), v44));
    r13 = (r13 + select(0f, (v60 * v68), v44));
    r14 = (r14 + select(0f, (v64 * v68), v44));
    let v73: i32 = (v74 + v58);
    let v72: f32 = b1[v73];
    r15 = (r15 + select(0f, (v50 * v72), v43));
    r16 = (r16 + select(0f, (v59 * v72), v44));
    r17 = (r17 + select(0f, (v60 * v72), v44));
    r18 = (r18 + select(0f, (v64 * v72), v44));
    let v76: f32 = b1[(v55 + 1)];
    r7 = (r7 + select(0f, (v59 * v76), v44));
    let v77: f32 = b0[(v51 + v78)];
    r8 = (r8 + select(0f, (v77 * v76), v44));
    let v79: f32 = b0[(v51 + v62)];
    r9 = (r9 + select(0f, (v79 * v76), v44));
    let v80: f32 = b0[(v51 + v66)];
    r10 = (r10 + select(0f, (v80 * v76), v44));
    let v81: f32 = b1[(v69 + 1)];
    r11 = (r11 + select(0f, (v59 * v81), v44));
    r12 = (r12 + select(0f, (v77 * v81), v44));
    r13 = (r13 + select(0f, (v79 * v81), v44));
    r14 = (r14 + select(0f, (v80 * v81), v44));
    let v82: f32 = b1[(v73 + 1)];
    r15 = (r15 + select(0f, (v59 * v82), v44));
    r16 = (r16 + select(0f, (v77 * v82), v44));
    r17 = (r17 + select(0f, (v79 * v82), v44));
    r18 = (r18 + select(0f, (v80 * v82), v44));
    let v83: f32 = b1[(v55 + 2)];
    r7 = (r7 + select(0f, (v77 * v83), v44));
    let v84: bool = (v44 & v85);
    r8 = (r8 + select(0f, (v79 * v83), v84));
    let v86: bool = (v44 & v87);
    let v89: f32 = b0[(v51 + v90)];
    r9 = (r9 + select(0f, (v89 * v83), v86));
    let v91: bool = (v44 & v92);
    let v94: f32 = b0[(v51 + v95)];
    r10 = (r10 + select(0f, (v94 * v83), v91));
    let v96: f32 = b1[(v69 + 2)];
    r11 = (r11 + select(0f, (v77 * v96), v44));
    r12 = (r12 + select(0f, (v79 * v96), v84));
    r13 = (r13 + select(0f, (v89 * v96), v86));
    r14 = (r14 + select(0f, (v94 * v96), v91));
    let v97: f32 = b1[(v73 + 2)];
    r15 = (r15 + select(0f, (v77 * v97), v44));
    r16 = (r16 + select(0f, (v79 * v97), v84));
    r17 = (r17 + select(0f, (v89 * v97), v86));
    r18 = (r18 + select(0f, (v94 * v97), v91));
  }
  let v20: f32 = select(r7, 0f, (r7 <= 0f));
  let v22: f32 = select(r8, 0f, (r8 <= 0f));
  let v24: f32 = select(r9, 0f, (r9 <= 0f));
  let v26: f32 = select(r10, 0f, (r10 <= 0f));
  let v28: f32 = select(r11, 0f, (r11 <= 0f));
  let v30: f32 = select(r12, 0f, (r12 <= 0f));
  let v32: f32 = select(r13, 0f, (r13 <= 0f));
  let v34: f32 = select(r14, 0f, (r14 <= 0f));
  let v36: f32 = select(r15, 0f, (r15 <= 0f));
  let v38: f32 = select(r16, 0f, (r16 <= 0f));
  let v40: f32 = select(r17, 0f, (r17 <= 0f));
  let v42: f32 = select(r18, 0f, (r18 <= 0f));
  let v98: bool = (v49 < 6);
  let v101: i32 = (i0 * 108);
  let v102: i32 = (i2 * 6);
  let v100: i32 = ((v101 + (v57 * 36)) + v102);
  let v99: i32 = (v100 + v49);
  if (v98) {
    b2[v99] = r7;
    b3[v99] = v20;
  }
  let v103: bool = (v78 < 6);
  let v104: i32 = (v100 + v78);
  if (v103) {
    b2[v104] = r8;
    b3[v104] = v22;
  }
  let v105: i32 = (v100 + v62);
  if (v85) {
    b2[v105] = r9;
    b3[v105] = v24;
  }
  let v106: bool = (v67 < 6);
  let v107: i32 = (v100 + v66);
  if (v106) {
    b2[v107] = r10;
    b3[v107] = v26;
  }
  let v109: i32 = ((v101 + (v71 * 36)) + v102);
  let v108: i32 = (v109 + v49);
  if (v98) {
    b2[v108] = r11;
    b3[v108] = v28;
  }
  let v110: i32 = (v109 + v78);
  if (v103) {
    b2[v110] = r12;
    b3[v110] = v30;
  }
  let v111: i32 = (v109 + v62);
  if (v85) {
    b2[v111] = r13;
    b3[v111] = v32;
  }
  let v112: i32 = (v109 + v66);
  if (v106) {
    b2[v112] = r14;
    b3[v112] = v34;
  }
  let v114: i32 = ((v101 + (v75 * 36)) + v102);
  let v113: i32 = (v114 + v49);
  if (v98) {
    b2[v113] = r15;
    b3[v113] = v36;
  }
  let v115: i32 = (v114 + v78);
  if (v103) {
    b2[v115] = r16;
    b3[v115] = v38;
  }
  let v116: i32 = (v114 + v62);
  if (v85) {
    b2[v116] = r17;
    b3[v116] = v40;
  }
  let v117: i32 = (v114 + v66);
  if (v106) {
    b2[v117] = r18;
    b3[v117] = v42;
  }
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<i32>;

var<private> fx_zero: u32 = 0u;

fn fx_inf() -> f32 {
  return bitcast<f32>(0x7f800000u ^ fx_zero);
}

fn fx_is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
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
  let v10: i32 = ((i0 * 108) + (i1 * 36));
  let v11: i32 = (i2 * 2);
  let v12: i32 = (i3 * 2);
  for (var i4 = 0; i4 < 4; i4++) {
    let v9: f32 = b0[((v10 + ((v11 + (i4 / 2)) * 6)) + (v12 + (i4 % 2)))];
    let v8: bool = ((v9 > r5) | (fx_is_nan(v9) & (!fx_is_nan(r5))));
    r6 = select(r6, i4, v8);
    r5 = select(r5, v9, v8);
  }
  b1[((((i0 * 27) + (i1 * 9)) + (i2 * 3)) + i3)] = r6;
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
  let v7: i32 = ((i0 * 108) + (i1 * 36));
  let v8: i32 = (i2 * 2);
  let v9: i32 = (i3 * 2);
  for (var i4 = 0; i4 < 4; i4++) {
    r5 = fx_max(r5, b0[((v7 + ((v8 + (i4 / 2)) * 6)) + (v9 + (i4 % 2)))]);
  }
  b1[((((i0 * 27) + (i1 * 9)) + (i2 * 3)) + i3)] = r5;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 6u) { return; }
  let i0 = i32(flat / 3u);
  let i1 = i32(flat % 3u);
  var r4: f32 = 0f;
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


@group(0) @binding(0) var<storage, read_write> b0: array<i32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 216u) { return; }
  let i0 = i32(flat / 108u);
  let i1 = i32(flat / 36u % 3u);
  let i2 = i32(flat / 12u % 3u);
  let i3 = i32(flat / 4u % 3u);
  let i4 = i32(flat % 4u);
  let v5: f32 = select(0f, b1[((i0 * 3) + i1)], (b0[((((i0 * 27) + (i1 * 9)) + (i2 * 3)) + i3)] == i4));
  b2[(((((i0 * 108) + (i1 * 36)) + (i2 * 12)) + (i3 * 4)) + i4)] = v5;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 216u) { return; }
  let i0 = i32(flat / 108u);
  let i1 = i32(flat / 36u % 3u);
  let i2 = i32(flat / 6u % 6u);
  let i3 = i32(flat % 6u);
  var r6: f32 = 0f;
  let v12: i32 = ((i0 * 108) + (i1 * 36));
  for (var i4 = 0; i4 < 2; i4++) {
    let v9: i32 = (i2 - i4);
    let v8: bool = (((v9 >= 0) & (v9 < 5)) & ((v9 % 2) == 0));
    let v11: i32 = (v12 + (min(max((v9 / 2), 0), 2) * 12));
    let v13: i32 = (i4 * 2);
    for (var i5 = 0; i5 < 2; i5++) {
      let v10: i32 = (i3 - i5);
      r6 = (r6 + select(0f, b0[(((v11 + (min(max((v10 / 2), 0), 2) * 4)) + v13) + i5)], (v8 & (((v10 >= 0) & (v10 < 5)) & ((v10 % 2) == 0)))));
    }
  }
  let v14: i32 = ((v12 + (i2 * 6)) + i3);
  let v7: f32 = select(r6, 0f, (b1[v14] <= 0f));
  b2[v14] = v7;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 3u) { return; }
  let i0 = i32(0u);
  let i1 = i32(flat);
  let i2 = i32(0u);
  var r6: f32 = 0f;
  var r7: f32 = 0f;
  var r8: f32 = 0f;
  var r9: f32 = 0f;
  var r10: f32 = 0f;
  var r11: f32 = 0f;
  var r12: f32 = 0f;
  var r13: f32 = 0f;
  var r14: f32 = 0f;
  let v27: i32 = (i1 + (-1));
  let v30: i32 = (i2 * 3);
  let v29: i32 = (v30 + (-1));
  let v39: i32 = (i0 * 3);
  let v38: i32 = (v39 * 36);
  let v44: i32 = (v30 + 1);
  let v50: i32 = (v39 + 1);
  let v49: i32 = (v50 * 36);
  let v55: i32 = (v39 + 2);
  let v54: i32 = (v55 * 36);
  for (var i3 = 0; i3 < 2; i3++) {
    let v33: i32 = (i3 * 36);
    let v37: i32 = (i3 * 108);
    let v36: i32 = (v37 + v38);
    let v48: i32 = (v37 + v49);
    let v53: i32 = (v37 + v54);
    for (var i4 = 0; i4 < 6; i4++) {
      let v26: i32 = (v27 + i4);
      let v25: bool = ((v26 >= 0) & (v26 < 6));
      let v32: i32 = (v33 + (min(max(v26, 0), 5) * 6));
      let v40: i32 = (i4 * 6);
      let v35: i32 = (v36 + v40);
      let v47: i32 = (v48 + v40);
      let v52: i32 = (v53 + v40);
      for (var i5 = 0; i5 < 6; i5++) {
        let v28: i32 = (v29 + i5);
        let v24: bool = (v25 & (v28 >= 0));
        let v31: f32 = b0[(v32 + max(v28, 0))];
        let v34: f32 = b1[(v35 + i5)];
        r6 = (r6 + select(0f, (v31 * v34), v24));
        let v41: f32 = b0[(v32 + (v30 + i5))];
        r7 = (r7 + select(0f, (v41 * v34), v25));
        let v43: i32 = (v44 + i5);
        let v42: bool = (v25 & (v43 < 6));
        let v45: f32 = b0[(v32 + min(v43, 5))];
        r8 = (r8 + select(0f, (v45 * v34), v42));
        let v46: f32 = b1[(v47 + i5)];
        r9 = (r9 + select(0f, (v31 * v46), v24));
        r10 = (r10 + select(0f, (v41 * v46), v25));
        r11 = (r11 + select(0f, (v45 * v46), v42));
        let v51: f32 = b1[(v52 + i5)];
        r12 = (r12 + select(0f, (v31 * v51), v24));
        r13 = (r13 + select(0f, (v41 * v51), v25));
        r14 = (r14 + select(0f, (v45 * v51), v42));
      }
    }
  }
  let v57: i32 = (i1 * 3);
  let v56: i32 = ((v39 * 9) + v57);
  b2[(v56 + v30)] = r6;
  b2[(v56 + v44)] = r7;
  let v58: i32 = (v30 + 2);
  b2[(v56 + v58)] = r8;
  let v59: i32 = ((v50 * 9) + v57);
  b2[(v59 + v30)] = r9;
  b2[(v59 + v44)] = r10;
  b2[(v59 + v58)] = r11;
  let v60: i32 = ((v55 * 9) + v57);
  b2[(v60 + v30)] = r12;
  b2[(v60 + v44)] = r13;
  b2[(v60 + v58)] = r14;
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

