import pickle
import zipfile

import h5py
import numpy as np
import pytest
import scipy.io

from ltsei.core.errors import InputError
from ltsei.data.readers.open_arrays import open_arrays

X = np.random.default_rng(0).normal(size=(6, 5, 2))
NAMES = ["north", "south-east"]


def write_matlab73(path, **arrays):
    """Write as MATLAB 7.3 does: a user block, reversed axes, a class attribute, text as uint16, cells as references."""
    with h5py.File(path, "w", userblock_size=512) as file:
        for key, value in arrays.items():
            if isinstance(value, list):
                cells = [file.create_dataset(f"#refs#/{key}{i}", data=_codes(text)) for i, text in enumerate(value)]
                for cell in cells:
                    cell.attrs["MATLAB_class"] = np.bytes_("char")
                item = file.create_dataset(key, data=np.array([[cell.ref for cell in cells]], dtype=h5py.ref_dtype))
                item.attrs["MATLAB_class"] = np.bytes_("cell")
            else:
                item = file.create_dataset(key, data=np.atleast_2d(value).T)
                item.attrs["MATLAB_class"] = np.bytes_("double")
    with path.open("r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file")


def _codes(text):
    return np.array([[ord(letter)] for letter in text], dtype=np.uint16)


def write(path):
    match path.name:
        case "x.npy":
            np.save(path, X)
        case "x.npz":
            np.savez_compressed(path, X=X)
        case "x5.mat":
            scipy.io.savemat(path, {"X": X})
        case "x73.mat":
            write_matlab73(path, X=X)
        case "x.h5" | "x.hdf5":
            with h5py.File(path, "w") as file:
                file.create_dataset("X", data=X, chunks=(2, 5, 2))
    return path


KINDS = ["x.npy", "x.npz", "x5.mat", "x73.mat", "x.h5", "x.hdf5"]


@pytest.mark.parametrize("name", KINDS)
def test_key_shape_and_type_are_listed(tmp_path, name):
    (array,) = open_arrays(write(tmp_path / name))
    assert (array.key, array.shape, array.dtype) == ("" if name == "x.npy" else "X", X.shape, X.dtype)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("axis", [0, 1])
def test_blocks_are_pieces_of_the_array(tmp_path, name, axis):
    (array,) = open_arrays(write(tmp_path / name))
    first, second = array.blocks(axis, [(0, 2), (3, 5)])
    assert np.array_equal(first, X.take(range(2), axis))
    assert np.array_equal(second, X.take(range(3, 5), axis))
    assert np.array_equal(array.read(), X)


@pytest.mark.parametrize("name", KINDS)
def test_a_truncated_file_is_an_input_error(tmp_path, name):
    path = write(tmp_path / name)
    path.write_bytes(path.read_bytes()[: -path.stat().st_size // 3])
    with pytest.raises(InputError, match=rf"{name}: cannot be read .* truncated or damaged"):
        open_arrays(path)[0].read()


@pytest.mark.parametrize("suffix", [".npy", ".npz", ".mat", ".h5"])
@pytest.mark.parametrize(
    ("content", "detected"), [(b"", "an empty file"), (b"time,i,q\n0,1,2\n", "of an unknown format")]
)
def test_a_file_of_another_format_is_an_input_error(tmp_path, suffix, content, detected):
    path = tmp_path / f"x{suffix}"
    path.write_bytes(content)
    with pytest.raises(InputError, match=rf"x\{suffix}: cannot be read .* it is {detected};"):
        open_arrays(path)


def test_a_wrong_suffix_is_explained(tmp_path):
    path = write(tmp_path / "x.npz").rename(tmp_path / "x.npy")
    with pytest.raises(InputError, match=r"by its first bytes it is a \.npz file; .* correct its suffix"):
        open_arrays(path)


def test_an_unsupported_suffix_is_answered_with_the_supported_ones(tmp_path):
    (tmp_path / "x.xlsx").write_text("1")
    with pytest.raises(InputError, match=r"of an unknown format; supported suffixes: \.npy, \.npz"):
        open_arrays(tmp_path / "x.xlsx")


def test_a_missing_file_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match=r"absent\.npy: no such file"):
        open_arrays(tmp_path / "absent.npy")


def test_a_folder_is_answered_with_the_files_in_it(tmp_path):
    write(tmp_path / "x.npz")
    (tmp_path / "notes.txt").write_text("")
    with pytest.raises(InputError, match=r"this is a folder, name a file in it: x\.npz$"):
        open_arrays(tmp_path)


def test_a_folder_without_supported_files_says_so(tmp_path):
    (tmp_path / "notes.txt").write_text("")
    with pytest.raises(InputError, match=r"this is a folder, without any file that can be read \(\.npy, "):
        open_arrays(tmp_path)


def test_a_file_without_arrays_is_an_input_error(tmp_path):
    h5py.File(tmp_path / "x.h5", "w").close()
    with pytest.raises(InputError, match="holds no array"):
        open_arrays(tmp_path / "x.h5")


class Trap:
    def __reduce__(self):
        return (pytest.fail, ("unpickled",))


def test_a_pickle_never_runs_code(tmp_path):
    (tmp_path / "x.pkl").write_bytes(pickle.dumps(Trap()))
    with pytest.raises(InputError, match="refused: this pickle asks for"):
        open_arrays(tmp_path / "x.pkl")


@pytest.mark.parametrize("suffix", [".npy", ".npz"])
def test_objects_are_listed_but_never_unpickled(tmp_path, suffix):
    path = tmp_path / f"x{suffix}"
    (np.save if suffix == ".npy" else np.savez)(path, np.array([Trap(), None], dtype=object))
    (array,) = open_arrays(path)
    assert not array.is_numeric
    with pytest.raises(InputError, match="Python objects, which only unpickling could read"):
        array.read()


def test_nested_groups_of_hdf5_are_listed_by_their_path(tmp_path):
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file.create_dataset("session/iq", data=X)
    assert [array.key for array in open_arrays(tmp_path / "x.h5")] == ["session/iq"]


def write_elsewhere(path, kind):
    """Write an HDF5 file whose X lies in the file `secret` or `secret.h5`."""
    (path.parent / "secret").write_bytes(X.tobytes())
    with h5py.File(path.parent / "secret.h5", "w") as file:
        file["X"] = X
        file["names"] = NAMES
    with h5py.File(path, "w") as file:
        match kind:
            case "external storage":
                file.create_dataset("X", X.shape, X.dtype, external=[("secret", 0, X.nbytes)])
            case "virtual dataset":
                layout = h5py.VirtualLayout(X.shape, X.dtype)
                layout[:] = h5py.VirtualSource("secret.h5", "X", X.shape)
                file.create_virtual_dataset("X", layout)
            case "link":
                file["group/X"] = h5py.ExternalLink("secret.h5", "X")
            case "soft link":
                file["outside"] = h5py.ExternalLink("secret.h5", "/")
                file["X"] = h5py.SoftLink("/outside/X")
            case "external storage behind a cell":
                hidden = file.create_dataset("#refs#/a", (5, 1), "u2", external=[("secret", 0, 10)])
                hidden.attrs["MATLAB_class"] = np.bytes_("char")
                cell = file.create_dataset("class_names", data=np.array([[hidden.ref]], dtype=h5py.ref_dtype))
                cell.attrs["MATLAB_class"] = np.bytes_("cell")


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("external storage", "/X has external storage in '.*secret', and other files than those that the experiment"),
        ("virtual dataset", "/X is a virtual dataset, and other files"),
        ("link", "group/X is a link to 'secret.h5', and other files"),
        ("soft link", "outside is a link to 'secret.h5', and other files"),
        ("external storage behind a cell", "/#refs#/a has external storage in"),
    ],
)
@pytest.mark.parametrize("name", ["x.h5", "x.mat"])
def test_hdf5_that_would_read_other_files_is_refused(tmp_path, monkeypatch, name, kind, sentence):
    monkeypatch.chdir(tmp_path)
    write_elsewhere(tmp_path / name, kind)
    with pytest.raises(InputError, match=sentence):
        open_arrays(tmp_path / name)


def test_a_member_of_npz_with_a_path_is_read_in_memory_and_written_nowhere(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    with zipfile.ZipFile(folder / "x.npz", "w") as archive, archive.open("../x.npy", "w") as member:
        np.lib.format.write_array(member, X)
    (array,) = open_arrays(folder / "x.npz")
    assert array.key == "../x"
    assert np.array_equal(array.read(), X)
    assert [path.name for path in tmp_path.rglob("*")] == ["folder", "x.npz"]


def test_hdf5_strings_are_text(tmp_path):
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["names"] = NAMES
    (array,) = open_arrays(tmp_path / "x.h5")
    assert array.read().tolist() == NAMES


def test_a_cell_of_texts_is_text_in_matlab_5(tmp_path):
    scipy.io.savemat(tmp_path / "x.mat", {"names": np.array(NAMES, dtype=object)})
    (array,) = open_arrays(tmp_path / "x.mat")
    assert array.read().ravel().tolist() == NAMES


def test_a_cell_of_texts_is_text_in_matlab_73(tmp_path):
    write_matlab73(tmp_path / "x.mat", names=NAMES)
    (array,) = open_arrays(tmp_path / "x.mat")
    assert array.read().tolist() == NAMES


def test_a_struct_is_listed_with_its_problem(tmp_path):
    scipy.io.savemat(tmp_path / "x.mat", {"device": {"fs": 1.0}})
    (array,) = open_arrays(tmp_path / "x.mat")
    assert "struct" in str(array)


def test_hdf5_compounds_of_real_and_imaginary_part_are_complex(tmp_path):
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["x"] = np.zeros((2, 3), dtype=[("real", np.float64), ("imag", np.float64)])
    (array,) = open_arrays(tmp_path / "x.h5")
    assert array.is_complex
    assert array.is_numeric
